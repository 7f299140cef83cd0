# What the application's owner is told by direct message.

operator-out-of-credit = RunAPI refuses pictures: your account there is out of credit (HTTP 402). Top it up at https://runapi.ai/billing. Until then people are told that it is not their fault, and nothing is charged to their allowances. I look at the balance twice a minute and go on by myself.
operator-credit-again = RunAPI takes pictures again.
