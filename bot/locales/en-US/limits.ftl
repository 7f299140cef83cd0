# How much may be made, and who changes that.

limit-reached = { $left ->
        [0] You have used all { $limit } of today's pictures.
       *[other] You have { $left } of today's { $limit } pictures left, and this asks for { $asked }.
    } Your allowance is full again <t:{ $reset }:R>. Nothing was charged.
limit-reached-everywhere = { $left ->
        [0] You have used all { $limit } of today's pictures, here and elsewhere together.
       *[other] You have { $left } of today's { $limit } pictures left, here and elsewhere together, and this asks for { $asked }.
    } Your allowance is full again <t:{ $reset }:R>. Nothing was charged.
limit-none = You have no allowance of pictures here. Nothing was charged.

too-soon = In this server { $seconds ->
        [one] { $seconds } second has
       *[other] { $seconds } seconds have
    } to pass between two requests: you can make the next one <t:{ $again }:R>. Nothing was charged.
too-soon-here = This channel has slow mode: { $seconds ->
        [one] { $seconds } second has
       *[other] { $seconds } seconds have
    } to pass between two requests here. You can make the next one <t:{ $again }:R>, or now with `private`. Nothing was charged.
too-many-at-once = In this server you can have { $limit } under way at once. You have { $running }, and this asks for { $asked }. Nothing was charged.

# Budgets. $price and $left are dollars.
budget-server = { $used_up ->
        [yes] { $span ->
            [day] This server's budget for today is used up.
           *[month] This server's budget for this month is used up.
        }
       *[no] { $span ->
            [day] This server's budget for today has ${ $left } left, and this costs about ${ $price }.
           *[month] This server's budget for this month has ${ $left } left, and this costs about ${ $price }.
        }
    } It begins anew <t:{ $reset }:R>. Nothing was charged.
budget-operator = { $used_up ->
        [yes] { $span ->
            [day] This bot's budget for today, for all servers together, is used up.
           *[month] This bot's budget for this month, for all servers together, is used up.
        }
       *[no] { $span ->
            [day] This costs about ${ $price }, for which this bot's budget for today, for all servers together, does not suffice.
           *[month] This costs about ${ $price }, for which this bot's budget for this month, for all servers together, does not suffice.
        }
    } It begins anew <t:{ $reset }:R>. Nothing was charged.
budget-none-server = This server spends nothing on pictures: its budget { $span ->
        [day] a day
       *[month] a month
    } is $0. Who manages the server can change that. Nothing was charged.
budget-none-operator = This bot spends nothing on pictures: its operator's budget { $span ->
        [day] a day
       *[month] a month
    } is $0. Nothing was charged.
budget-price-unknown = What may be spent here is limited, and the image service does not say right now what { $model } costs. Try again in a minute, or take another model. Nothing was charged.
balance-below-floor = This bot's account at the image service is below what its operator wants to keep there. Nothing was charged. This is not your fault: the bot's operator must top it up.

usage-left = **{ $left }** of { $limit } left today · full again <t:{ $reset }:R>
usage-left-everywhere = **{ $left }** of { $limit } left today, here and elsewhere together · full again <t:{ $reset }:R>
usage-unlimited = No limit on pictures a day

command-limits = How many pictures members may make here
command-limits-show = Show the limits of this server, or how a member stands with them
command-limits-grant = Let a member make more pictures today
command-limits-reset = Forget what a member made here today, so that they can make as many again
option-limits-show-member = Whose pictures; leave it out for the limits of the server
option-limits-member = Whose pictures
option-limits-pictures = How many more

limits-title = Limits of this server
limits-title-member = Pictures of a member
limits-a-day = **For each member** · { $pictures }
limits-pictures = { $limit ->
        [0] no pictures
        [unlimited] any number of pictures a day
        [one] { $limit } picture a day
       *[other] { $limit } pictures a day
    }
limits-role = - { $role } · { $pictures }
limits-exempt = **Without limits** · { $roles }
limits-by-role = **By role, the most generous counts**
limits-more-roles = - and { $count } more
limits-zone = **Days** begin at midnight in { $zone }, next <t:{ $reset }:R>
limits-cooldown = **Cool-down** · { $seconds ->
        [one] { $seconds } second
       *[other] { $seconds } seconds
    } between two requests
limits-tasks = **Tasks at once** · { $tasks }
limits-funds = **Dollars { $span ->
        [day] a day
       *[month] a month
    }** · ${ $spent } of ${ $limit } spent, ${ $reserved } under way, begins anew <t:{ $reset }:R>
limits-no-funds = ⚠️ { $whose ->
        [server] This server's budget
       *[operator] The bot's budget, for all servers together,
    } { $span ->
        [day] for today
       *[month] for this month
    } is used up, until <t:{ $reset }:R>
limits-ceiling = The operator lets nobody make more than { $limit ->
        [one] { $limit } picture
       *[other] { $limit } pictures
    } a day in UTC, in all servers and in direct messages together.
limits-member = { $member } · { $used } made, { $reserved } under way, { $granted } granted on top of the limit
limits-granted = { $member } can make { $count ->
        [one] { $count } more picture
       *[other] { $count } more pictures
    } here today. { $stands } { $cost }
limits-reset = What { $member } made here today is forgotten: { $count ->
        [one] { $count } picture
       *[other] { $count } pictures
    }. { $stands }
limits-stands-unlimited = There is no limit for them.
limits-stands = They have { $left } of { $limit } left, until <t:{ $reset }:R>.
limits-stands-everywhere = They have { $left } of { $limit } left, until <t:{ $reset }:R>, for the operator’s own limit counts what they make everywhere.
limits-nothing-made = { $member } made nothing here today, so there is nothing to give back. { $stands }
