"""What call-takers type, and the demo city's services (by code) that are right for it; written before any tuning.

`SEEN` may be looked at one by one when the search is worked on; of `KEPT_BACK` only the figures may be.
"""

from __future__ import annotations

_SIDEWALK = "sidewalk-repair sidewalk-repair-make-safe sidewalk-repair-internal"
_LAMP = "street-light-outages street-light-outages-internal general-lighting-request"
_HOLE = "request-for-pothole-repair pothole-repair-internal roadway-repair"
_RATS = "rodent-activity rat-bite"
_TREE = "tree-emergencies tree-maintenance-requests"
_MISSED = "missed-trash-recycling-yard-waste-bulk-item"
_BULK = "schedule-a-bulk-item-pickup missed-trash-recycling-yard-waste-bulk-item"

SEEN = (
    ("my trash was not picked up", _MISSED),
    ("rats", _RATS),
    ("grafitti", "graffiti-removal pwd-graffiti"),
    ("hole in the road", _HOLE),
    ("the street light is out", _LAMP),
    ("dead raccoon in the street", "pick-up-dead-animal"),
    ("tree fell on a car", "tree-emergencies"),
    ("no heat in my apartment", "heat-excessive-insufficient"),
    ("they did not take the recycling", _MISSED),
    ("old couch at the kerb", _BULK),
    ("broken side walk", _SIDEWALK),
    ("traffic light not working", "traffic-signal-repair"),
    ("stop sign knocked down", "sign-repair missing-sign"),
    ("abandoned car on my street", "abandoned-vehicles"),
    ("mice in the kitchen", "mice-infestation-residential pest-infestation-residential"),
    ("bed bug", "bed-bugs"),
    ("street needs to be swept", "requests-for-street-cleaning"),
    ("dumpster is overflowing", "overflowing-or-un-kept-dumpster"),
    ("i need a new recycling bin", "request-for-recycling-cart"),
    ("parking meter is broken", "parking-meter-repairs"),
    ("someone is parked in a no parking zone", "parking-enforcement"),
    ("construction noise at night", "work-hours-loud-noise-complaints working-beyond-hours"),
    ("please plant a tree", "new-tree-requests"),
    ("crosswalk paint is worn off", "pavement-marking-maintenance new-sign-crosswalk-or-pavement-marking"),
    ("mold on the bathroom wall", "chronic-dampness-mold"),
    ("dirty restaurant", "unsanitary-conditions-establishment unsanitary-conditions-food"),
    ("vacant lot full of garbage", "trash-on-vacant-lot"),
    ("sewage in the basement", "sewage-septic-back-up"),
    ("potholes", _HOLE),
    ("the trash can on the corner is full", "empty-litter-basket"),
    ("building without a permit", "work-w-out-permit"),
    ("playground swing broken", "park-maintenance-requests"),
    ("lamp post", f"{_LAMP} street-light-knock-downs"),
)
KEPT_BACK = (
    ("garbage was not collected", _MISSED),
    ("rat in the yard", _RATS),
    ("graffitti on my wall", "graffiti-removal pwd-graffiti"),
    ("pot hole", _HOLE),
    ("streetlight out", _LAMP),
    ("dead dog", "pick-up-dead-animal"),
    ("branch hanging over the sidewalk", _TREE),
    ("the heating is off in my building", "heat-excessive-insufficient"),
    ("recycling was missed", _MISSED),
    ("mattress to be picked up", _BULK),
    ("uneven sidewalk", _SIDEWALK),
    ("signal stuck on red", "traffic-signal-repair"),
    ("street sign missing", "missing-sign"),
    ("vehicle left here for weeks without plates", "abandoned-vehicles"),
    ("mouse in my apartment", "mice-infestation-residential pest-infestation-residential"),
    ("bedbugs", "bed-bugs"),
    ("street cleaning did not come", "requests-for-street-cleaning"),
    ("the dumpster smells", "overflowing-or-un-kept-dumpster"),
    ("recycle cart was stolen", "request-for-recycling-cart"),
    ("meter took my money", "parking-meter-repairs"),
    ("car blocking my driveway", "parking-enforcement"),
    ("loud work before seven in the morning", "work-hours-loud-noise-complaints working-beyond-hours"),
    ("wants a street tree", "new-tree-requests"),
    ("lines on the road have faded", "pavement-marking-maintenance"),
    ("damp walls", "chronic-dampness-mold"),
    ("food poisoning from a restaurant", "food-alert-unconfirmed food-alert-confirmed unsanitary-conditions-food"),
    ("trash dumped on an empty lot", "trash-on-vacant-lot"),
    ("sewer backed up", "sewage-septic-back-up"),
    ("pothloe", _HOLE),
    ("public litter bin overflowing", "empty-litter-basket overflowing-or-un-kept-dumpster"),
    ("neighbor is doing work with no permit", "work-w-out-permit"),
    ("the bench in the park is broken", "park-maintenance-requests"),
    ("pigeons everywhere", "pigeon-infestation"),
    ("landlord turned off the water", "no-utilities-residential-water"),
)
