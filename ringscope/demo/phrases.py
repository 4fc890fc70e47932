"""What people of the demo's marketplace write to each other, clause by clause.

Words in braces are filled in: {item} {trait} {day} {spot} {num} {link} {handle}.
"""

from __future__ import annotations

OPENINGS = (
    "hi", "hi neighbour", "hello", "hello there", "good day", "good evening", "hey", "evening",
    "dear neighbour", "hi again", "sorry to bother you", "just a question", "saw your post",
    "about your ad", "quick question", "hallo", "morning",
)  # fmt: skip
# A neighbour's matter is a lead, an object and a tail.
LEADS = (
    "could you hold", "do you still have", "i would take", "we are looking for", "can i borrow",
    "i give away", "my brother wants", "would you swap", "i can repair", "please describe",
    "we need", "who sells", "could we come and see", "i will fetch", "are you keeping",
    "i might buy", "we could share", "do you deliver", "i forgot to measure", "can you lend us",
    "our school collects", "i am selling", "my aunt left us", "would you post", "somebody found",
    "{who} asked about", "{who} could use", "how heavy is", "what happened to", "how old is",
    "is there any rust on", "did {who} pick up", "we carried", "i painted", "nobody wants",
    "you may keep", "my lessons are on", "we meet to fix", "i took pictures of", "please label",
)  # fmt: skip
OBJECTS = (
    "the {item}", "your {trait} {item}", "a {trait} {item}", "that {item}", "this {trait} {item}",
    "the {item} with the {part}", "an old {item} and the {part}", "the {part} of the {item}",
    "the {item} from your second picture", "some {trait} {item} or other", "one {item} for {who}",
    "the {trait} {part} and the {item}",
)  # fmt: skip
TAILS = (
    "", "until {day}", "for {num}", "near the {spot}", "for {who}", "over the weekend",
    "before we move", "if it still works", "without the {part}", "like the one at the {spot}",
    "for the {party}", "at the latest on {day}", "in exchange for a {part}", "or is it gone",
    "after the {party}", "and the key for it", "because ours is {trait}",
    "on the way to the {spot}",
    "as long as it is {trait}", "unless {who} says no", "from {day} on", "between six and seven",
    "in front of the {spot}", "together with {who}", "again this year", "but not the {part}",
    "so that {who} can see it", "instead of the {trait} one", "with a bit of help",
)  # fmt: skip
EXTRAS = (
    "pictures of the {part} are here {link}",
    "more photos of the {item} at {link}",
    "the list for the {party} is at {link}",
    "you find the way from the {spot} here {link}",
    "{who} can also be reached as {handle}",
    "my number on signal is {handle}",
    "i answer faster as {handle}",
    "cash or transfer is both fine",
    "{who} only comes home after the {party}",
    "{who} can carry it down on {day}",
    "it stands in the cellar near the {spot}",
    "we are moving on {day}",
    "the {item} was a present from {who}",
    "please ring twice at the {trait} door",
    "{who} asked too on {day}",
    "i paid {num} for the {part} alone",
    "the bus stops at the {spot}",
    "everything is {trait} except the {part}",
    "there is a {trait} {item} to spare too",
    "the price is not fixed",
    "tell me when it suits {who}",
    "i could bring the {item} along",
    "the {trait} one went on {day}",
    "parking at the {spot} is easy",
    "i work at the {spot} so any evening is good",
    "the invoice for the {item} comes with it",
    "{who} lost the {part}",
    "i saw you at the {party}",
    "the {part} is missing but {who} has one",
    "a {trait} {part} would do as well",
)
CLOSINGS = (
    "thanks", "many thanks", "best wishes", "see you", "until then", "cheers", "take care",
    "greetings from the {spot}", "let me know", "kind regards", "thank you in advance", "bye",
)  # fmt: skip
# Offers, the common honest ones first: kits draw from the end of the list, firms from its start.
PITCHES = (
    "our club still has {num} places for this month",
    "tickets for the concert at the {spot} are half price until {day}",
    "we buy any {item} at once and send a driver",
    "we pay {num} a week for two hours of {day} work",
    "{num} helpers wanted to test a {trait} {item} at home",
    "a short survey about the {item} brings you {num}",
    "new members get {num} credit with the code below",
    "work from home and choose your own hours",
    "your listing can be shown first for {num}",
    "leave a small deposit today and the {item} is reserved for you",
    "only the delivery of {num} has to be paid",
    "you were picked for a {trait} {item}",
    "we have {num} five star reviews to give to sellers",
    "we lend {num} to anybody without papers",
    "the landlord is abroad so the key comes by post after the first rent",
    "confirm your account by {day} or the listing is removed",
    "invest {num} and see the first result by {day}",
    "double what you earn with the {item} by {day}",
)
CONTACTS = (
    "sign up at {link}", "details at {link}", "see {link}", "fill in the form at {link}",
    "write to {handle}", "ask for {handle}", "add {handle}", "answer to {handle} not here",
)  # fmt: skip
# Short questions, many of them alike word for word.
SHORT = (
    "{item}?", "is the {item} gone", "is the {item} still there", "how much for the {item}",
    "where is the {item}", "when can i see the {item}", "{item} please", "i take the {item}",
    "does the {item} work", "any {item} left", "your {item} is nice", "the {item} is perfect",
)  # fmt: skip
STOCK = (
    "still available?",
    "thank you",
    "ok",
    "yes please",
    "your price?",
    "is today good?",
    "sorry, gone",
    "when can i come?",
    "please reply",
    "deal!",
    "more pictures?",
    "i am on my way",
)
ITEMS = (
    "accordion", "aquarium", "armchair", "barbecue", "bassinet", "bicycle", "blender", "bookcase",
    "bunkbed", "camera", "canoe", "carpet", "chessboard", "clarinet", "coat", "compressor", "cot",
    "cupboard", "desk", "drill", "dresser", "easel", "fan", "freezer", "fridge", "guitar",
    "hammock", "heater", "helmet", "hedge-trimmer", "hoover", "iron", "kayak", "keyboard", "ladder",
    "lamp", "lathe", "lawnmower", "mattress", "microscope", "microwave", "mirror", "mixer",
    "monitor", "oven", "piano", "playpen", "pram", "printer", "projector", "pushchair", "radiator",
    "rake", "record-player", "rucksack", "saw", "saxophone", "scooter", "sewing-machine", "shelf",
    "skis", "sledge", "sofa", "stove", "stroller", "surfboard", "table", "tent", "toaster",
    "toolbox", "trailer", "trampoline", "treadmill", "trumpet", "tumble-dryer", "turntable",
    "typewriter", "violin", "wardrobe", "wheelbarrow", "workbench",
)  # fmt: skip
TRAITS = (
    "big", "blue", "broken", "cheap", "clean", "dark", "folding", "green", "grey", "handy", "heavy",
    "light", "long", "narrow", "new", "nice", "oak", "old", "orange", "plain", "red", "round",
    "rusty", "short", "small", "solid", "spare", "strong", "tall", "used", "vintage", "white",
    "wooden", "yellow",
)  # fmt: skip
DAYS = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "tomorrow",
    "tonight",
)  # fmt: skip
SPOTS = (
    "bakery", "bridge", "castle", "cemetery", "chapel", "church", "cinema", "fountain", "garage",
    "gym", "harbour", "hospital", "kiosk", "library", "market", "mill", "museum", "park",
    "playground", "pool", "post-office", "quay", "roundabout", "school", "station", "supermarket",
    "theatre", "tram-stop", "university", "viaduct",
)  # fmt: skip
SYNONYMS = (
    ("hi", "hello", "hey", "hallo"),
    ("available", "free", "there", "unsold"),
    ("still", "yet", "even"),
    ("price", "cost", "amount"),
    ("write", "message", "text"),
    ("pictures", "photos", "images"),
    ("pay", "give", "offer"),
    ("collect", "fetch", "get"),
    ("small", "little", "tiny"),
    ("big", "large", "huge"),
    ("near", "beside", "behind", "by"),
    ("could", "can", "would", "might"),
    ("please", "kindly", "pls"),
    ("thanks", "thx", "cheers"),
    ("first", "initial", "earliest"),
    ("every", "each", "any"),
    ("work", "job", "task"),
    ("home", "house", "flat"),
    ("wanted", "sought", "needed"),
    ("find", "see", "get"),
    ("week", "fortnight", "month"),
    ("we", "i", "us"),
    ("our", "my", "the"),
    ("answer", "reply", "respond"),
    ("today", "now", "tonight"),
    ("new", "fresh", "recent"),
    ("sign", "join", "log"),
    ("details", "facts", "more"),
    ("places", "seats", "spots"),
    ("is", "was", "seems"),
    ("for", "against", "at"),
    ("and", "plus", "also"),
    ("somebody", "someone", "anyone"),
    ("buy", "take", "purchase"),
    ("at", "on", "via"),
)
LINK_HOSTS = (
    "photos.app.goo.gl/", "maps.app.goo.gl/", "flickr.com/p/", "imgur.com/a/", "we.tl/t-",
    "forms.gle/", "youtu.be/", "tinyurl.com/", "bit.ly/", "notion.site/", "etsy.com/shop/",
)  # fmt: skip
PARTS = (
    "adapter", "bag", "belt", "blade", "bolts", "box", "bracket", "bulb", "cable", "case", "chain",
    "charger", "cover", "cushion", "door", "drawer", "filter", "frame", "handle", "hinge", "hook",
    "hose", "key", "knob", "leg", "lid", "lock", "manual", "motor", "mount", "nozzle", "panel",
    "pedal", "plug", "pump", "rack", "receipt", "remote", "rope", "saddle", "screws", "seat",
    "sheet", "socket", "stand", "strap", "switch", "tray", "tyre", "wheels",
)  # fmt: skip
WHO = (
    "my brother", "my sister", "our son", "our daughter", "my mother", "my father", "the caretaker",
    "a colleague", "my flatmate", "the neighbour upstairs", "our teacher", "my aunt", "my uncle",
    "a friend", "the landlady", "our trainer", "my husband", "my wife", "the kindergarten",
    "my grandfather", "the club", "the choir", "the twins", "a student",
)  # fmt: skip
PARTIES = (
    "anniversary", "barbecue", "bazaar", "birthday", "camp", "carnival", "choir evening",
    "clean-up", "concert", "exam", "exhibition", "fair", "farewell", "flea market", "funeral",
    "harvest", "holiday", "house-warming", "match", "moving day", "parade", "play", "picnic",
    "raffle", "rehearsal", "school trip", "seminar", "street party", "tournament", "wedding",
)  # fmt: skip
