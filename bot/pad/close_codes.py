"""Why a tab's socket is closed (codes of an application are 4000 to 4999: RFC 6455, 7.4.2)."""

BAD_MESSAGE = 4400
BAD_LINK = 4401
NO_SHEET = 4404
SLOW = 4408
MOVED = 4409
EXPIRED = 4410
CLOSED = 4411
GOING_AWAY, TROUBLE = 1001, 1011
