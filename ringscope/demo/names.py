"""Names of people, firms and mail providers that the demo draws from."""

from __future__ import annotations

FIRST_NAMES = (
    "agnieszka", "bartek", "beatriz", "bram", "brigitte", "caoimhe", "catarina", "ciaran", "cosmin",
    "daan", "dagmar", "diogo", "dorota", "eamon", "elodie", "evi", "fabrice", "femke", "filipa",
    "florin", "gaspard", "gosia", "grainne", "hedwiga", "henk", "ilinca", "ioana", "jarek", "jitka",
    "joana", "jurre", "kacper", "katell", "klara", "lieke", "lorcan", "luis", "magda", "maarten",
    "mairead", "marek", "matilde", "mihai", "milena", "niamh", "nuno", "odile", "ondrej", "oskar",
    "pascale", "pavel", "pieter", "radek", "raluca", "renske", "ruben", "rui", "saskia",
    "sebastian", "simona", "siobhan", "sorin", "stijn", "sylvie", "tadeusz", "teodora", "thijs",
    "tiago", "tomasz", "vaclav", "vasco", "veerle", "wiktor", "wouter", "xavier", "yannick",
    "zdenek", "zuzana",
)  # fmt: skip
SURNAMES = (
    "almeida", "andrei", "baert", "barros", "bielik", "blazek", "boucher", "brennan", "brouwer",
    "byrne", "carvalho", "cerny", "claes", "constantin", "correia", "coughlin", "czarnecki", "daly",
    "debruyne", "declercq", "delaunay", "dobre", "dolezal", "doyle", "dudek", "dvorak", "esteves",
    "faure", "ferreira", "fiala", "flanagan", "garnier", "gheorghe", "gorski", "goossens", "hajek",
    "hendriks", "horak", "ionescu", "jacobs", "jansma", "kavanagh", "keane", "kolar", "kowalik",
    "kruk", "kubica", "lambert", "lefevre", "lopes", "lupu", "maes", "marin", "mazur", "moreau",
    "morvan", "mulder", "murphy", "neves", "nolan", "nowicki", "oliveira", "peeters", "petit",
    "pinto", "popa", "postma", "prokop", "quirke", "radu", "renard", "ribeiro", "riordan", "roche",
    "ruiter", "sadlo", "sikora", "simoes", "smets", "stanek", "teixeira", "timmer", "urban",
    "vanacker", "vesely", "visser", "wilk", "wolski", "zajac", "zielak",
)  # fmt: skip
NICK_FIRST = (
    "amber", "brisk", "calm", "copper", "crimson", "dusty", "early", "faint", "gentle", "hazel",
    "hollow", "idle", "jolly", "keen", "lazy", "little", "lucky", "merry", "misty", "noble",
    "olive", "pale", "plain", "quick", "rainy", "rapid", "rusty", "shy", "silent", "silver", "slow",
    "small", "snowy", "spare", "stray", "tidy", "tiny", "warm", "wild", "windy",
)  # fmt: skip
NICK_SECOND = (
    "acorn", "badger", "birch", "bramble", "canoe", "cedar", "clover", "comet", "cricket", "dune",
    "ember", "fern", "ferry", "finch", "fox", "gull", "heron", "ivy", "jackdaw", "kettle", "kite",
    "lantern", "lark", "linden", "lynx", "magpie", "maple", "marten", "meadow", "moth", "otter",
    "pebble", "pine", "plover", "raven", "reed", "robin", "sparrow", "tern", "thistle", "wren",
)  # fmt: skip
FIRM_FIRST = (
    "alder", "anchor", "arbor", "atlas", "beacon", "bridge", "canal", "castle", "chapel", "cobalt",
    "corner", "crown", "delta", "eastgate", "fjord", "forge", "garden", "granite", "harbor",
    "hilltop", "island", "juniper", "keystone", "lakeside", "market", "mill", "northway", "orchard",
    "parkside", "pioneer", "plaza", "prairie", "quarry", "river", "saffron", "signal", "southbank",
    "station", "summit", "sunrise", "tandem", "terrace", "tidewater", "union", "valley", "viaduct",
    "vista", "westend",
)  # fmt: skip
FIRM_SECOND = (
    "advies", "atelier", "bureau", "care", "centrum", "collect", "depot", "desk", "desk7", "direct",
    "events", "fabrik", "goods", "group", "handel", "hub", "import", "interim", "kantoor",
    "logistics", "loja", "media", "nova", "online", "partners", "plus", "point", "praxis",
    "projects", "rental", "sale", "services", "shop", "shopit", "solutions", "store", "studios",
    "supply", "team", "tech", "trade", "travel", "usluge", "werk", "workshop", "works", "zone",
)  # fmt: skip
# provider, share of all mailboxes
PROVIDERS = {
    "gmail.com": 0.38,
    "hotmail.com": 0.12,
    "seznam.cz": 0.07,
    "wp.pl": 0.07,
    "orange.fr": 0.07,
    "sapo.pt": 0.05,
    "ziggo.nl": 0.05,
    "eircom.net": 0.04,
    "telenet.be": 0.04,
    "live.com": 0.06,
    "fastmail.com": 0.03,
    "hey.com": 0.02,
}
DISPOSABLE = (
    "mailinator.com",
    "sharklasers.com",
    "maildrop.cc",
    "getnada.com",
    "mohmal.com",
    "fakeinbox.com",
    "moakt.com",
)
TAGS = (
    "buy", "club", "deals", "flat", "garden", "home", "local", "lists", "market", "moves", "new",
    "rent", "shop", "swap", "web",
)  # fmt: skip
# country, calling code, first digits of mobile numbers (7 more follow)
COUNTRIES = (
    ("PL", "48", ("50", "51", "60", "66", "69", "72", "79", "88")),
    ("FR", "33", ("61", "62", "66", "67")),
    ("NL", "31", ("61", "62", "63", "64")),
    ("CZ", "420", ("72", "73", "77")),
    ("PT", "351", ("91", "93", "96")),
    ("IE", "353", ("83", "85", "86", "87")),
    ("BE", "32", ("47", "49")),
    ("RO", "40", ("72", "74", "75", "76")),
)
