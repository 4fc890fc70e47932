"""What people of the demo's marketplace write to each other, clause by clause.

Words in braces are filled in: {item} {trait} {day} {spot} {num} {link} {handle}.
"""

from __future__ import annotations

OPENINGS = (
    "hi", "hi neighbour", "hello", "hello there", "good day", "good evening", "hey", "evening",
    "dear neighbour", "hi again", "sorry to bother you", "just a question", "saw your post",
    "about your ad", "quick question", "hallo", "morning",
)  # fmt: skip
CORES = (
    "is the {trait} {item} still available",
    "could you hold the {item} until {day}",
    "would you take {num} for the {item}",
    "i can collect the {item} near the {spot} on {day}",
    "does the {item} come with the {trait} cover",
    "we are looking for a {trait} {item} for our daughter",
    "how old is the {item} and does it still work",
    "can i borrow your {item} over the weekend",
    "my lessons cost {num} an hour and the first one is free",
    "i give lessons near the {spot} every {day}",
    "the room is {num} a month and has a {trait} window",
    "is the room near the {spot} free from {day}",
    "i drive past the {spot} every {day} and have two seats",
    "could your son mow our lawn on {day}",
    "i repair any {item} for {num}",
    "the {item} has a small scratch but is {trait}",
    "we give away a {trait} {item} and a box of books",
    "is a swap against my {item} possible",
    "i would need the {item} by {day} at the latest",
    "somebody found a {trait} {item} near the {spot}",
    "can you walk our dog on {day}",
    "the cat next door is in our {item} again",
    "we meet at the {spot} on {day} to clean up",
    "are you coming to the flea market at the {spot}",
    "what would postage for the {item} be",
    "i have measured the {item} and it is {num} wide",
)
EXTRAS = (
    "pictures are here {link}",
    "more photos of the {item} at {link}",
    "the list of everything is at {link}",
    "you find the way here {link}",
    "you can also write to {handle}",
    "my number on signal is {handle}",
    "i answer faster as {handle}",
    "cash or transfer is both fine",
    "i only come home after six",
    "my husband can carry it down",
    "it stands in the cellar near the {spot}",
    "we are moving on {day}",
    "the {item} was a present",
    "please ring twice",
    "somebody else asked on {day}",
    "i paid {num} for it",
    "the bus stops at the {spot}",
    "it is {trait} and from a home without smoke",
    "we have a {trait} {item} to spare too",
    "the price is not fixed",
    "tell me when it suits you",
    "i could bring the {item} along",
    "the {trait} one went on {day}",
    "parking at the {spot} is easy",
    "i work at the {spot} so any evening is good",
    "the invoice comes with it",
)
CLOSINGS = (
    "thanks", "many thanks", "best wishes", "see you", "until then", "cheers", "take care",
    "greetings from the {spot}", "let me know", "kind regards", "thank you in advance", "bye",
)  # fmt: skip
# Offers: small firms and neighbours make them honestly; kits are built around one of them.
PITCHES = (
    "we pay {num} a week for two hours of {day} work",
    "{num} helpers wanted to test a {trait} {item} at home",
    "our club still has {num} places for this month",
    "leave a small deposit today and the {item} is reserved for you",
    "you were picked for a {trait} {item}",
    "new members get {num} credit with the code below",
    "we buy any {item} at once and send a driver",
    "work from home and choose your own hours",
    "the landlord is abroad so the key comes by post after the first rent",
    "double what you earn with the {item} by {day}",
    "only the delivery of {num} has to be paid",
    "your listing can be shown first for {num}",
    "confirm your account by {day} or the listing is removed",
    "invest {num} and see the first result by {day}",
    "we have {num} five star reviews to give to sellers",
    "a short survey about the {item} brings you {num}",
    "tickets for the concert at the {spot} are half price until {day}",
    "we lend {num} to anybody without papers",
)
CONTACTS = (
    "sign up at {link}", "details at {link}", "see {link}", "fill in the form at {link}",
    "write to {handle}", "ask for {handle}", "add {handle}", "answer to {handle} not here",
)  # fmt: skip
STOCK = (
    "is this still available?",
    "thank you",
    "ok",
    "yes please",
    "what is the lowest price?",
    "can i come by today?",
    "sorry, already gone",
    "when can i pick it up?",
    "i am interested, please reply",
    "deal!",
    "could you send more pictures?",
    "i am on my way",
)
ITEMS = tuple(
    """accordion aquarium armchair barbecue bassinet bicycle blender bookcase bunkbed camera canoe
    carpet chessboard clarinet coat compressor cot cupboard desk drill dresser easel fan freezer
    fridge guitar hammock heater helmet hedge-trimmer hoover iron kayak keyboard ladder lamp lathe
    lawnmower mattress microscope microwave mirror mixer monitor oven piano playpen pram printer
    projector pushchair radiator rake record-player rucksack saw saxophone scooter sewing-machine
    shelf skis sledge sofa stove stroller surfboard table tent toaster toolbox trailer trampoline
    treadmill trumpet tumble-dryer turntable typewriter violin wardrobe wheelbarrow workbench
    """.split()
)
TRAITS = tuple(
    """big blue broken cheap clean dark folding green grey handy heavy light long narrow new nice
    oak old orange plain red round rusty short small solid spare strong tall used vintage white
    wooden yellow""".split()
)
DAYS = tuple("monday tuesday wednesday thursday friday saturday sunday tomorrow tonight".split())
SPOTS = tuple(
    """bakery bridge castle cemetery chapel church cinema fountain garage gym harbour hospital
    kiosk library market mill museum park playground pool post-office quay roundabout school
    station supermarket theatre tram-stop university viaduct""".split()
)
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
