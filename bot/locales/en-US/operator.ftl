# What the application's owner is told by direct message.

operator-out-of-credit = RunAPI refuses pictures: your account there is out of credit (HTTP 402). Top it up at https://runapi.ai/billing. Until then people are told that it is not their fault, and nothing is charged to their allowances. I look at the balance twice a minute and go on by myself.
operator-below-floor = Your account at RunAPI is below BALANCE_FLOOR, so I take no new requests. Top it up at https://runapi.ai/billing, or set BALANCE_FLOOR lower. Until then people are told that it is not their fault. What was taken before goes on. I look at the balance once a minute and go on by myself.
operator-above-floor = Your account at RunAPI is above BALANCE_FLOOR again, so I take requests again.
operator-credit-again = RunAPI takes pictures again.
