# Charts of what was used, and the report that managers of a server get.
# What is drawn in a chart has to do with the letters of Pillow's own font, which has little more than ASCII.

command-report = What was made in this server
command-report-usage = What was made here, by whom, with which success and at what cost
option-report-days = How many days, today’s among them; without it 30
option-report-by = What to tell apart; without it the days

chart-day = { $month ->
        [1] Jan
        [2] Feb
        [3] Mar
        [4] Apr
        [5] May
        [6] Jun
        [7] Jul
        [8] Aug
        [9] Sep
        [10] Oct
        [11] Nov
       *[12] Dec
    } { $day }
chart-pictures-by-day = Pictures by day: { $pictures }
chart-cost-by-day = Cost by day: ${ $cost }
chart-cost-by-day-unpriced = Cost by day: ${ $cost } and { $count ->
        [one] { $count } picture
       *[other] { $count } pictures
    } of unknown cost (?)
chart-success-by-day = Requests of the day that gave a picture
chart-wait-by-day = Waiting time: half within, 95% within (pale)
chart-pictures = Pictures
chart-cost = Cost
chart-cost-unpriced = Cost (? unknown)
chart-success = Success
chart-wait = Wait: half, 95%

usage-alt = Columns of pictures and cost in the last { $days } days. { $list }.
usage-alt-day = { $day }: { $pictures ->
        [one] { $pictures } picture
       *[other] { $pictures } pictures
    }, { $cost }
usage-alt-more = and { $count } more
chart-alt-separator = ;

usage-report-title = What was made in this server
usage-report-span = **{ $first }** to **{ $last }**, days of { $zone }
usage-report-none = Nobody made anything here in that time.
usage-report-total = { $pictures ->
        [one] { $pictures } picture
       *[other] { $pictures } pictures
    } of { $requests ->
        [one] { $requests } request
       *[other] { $requests } requests
    } · { $cost }
usage-report-success = { $success } of those that were not cancelled gave a picture · { $failed } failed · { $cancelled } cancelled
usage-report-all-cancelled = All of them were cancelled.
usage-report-waits = Half of the pictures were there within { $median }, 95% within { $most }
usage-report-line = **{ $number }** · { $name } · { $pictures ->
        [one] { $pictures } picture
       *[other] { $pictures } pictures
    } · { $cost } · { $success } · { $wait }
usage-report-more = and { $count } more, in the file
usage-report-no-success = only cancelled
usage-report-wait = { $median } / { $most }
usage-report-no-wait = no wait known
usage-report-no-member = members who had their data deleted
usage-report-no-role = without a role
usage-report-no-channel = a channel that is not known any more
usage-report-no-chart = The chart cannot be drawn right now.
usage-report-footer = What is over, by when it was asked for. Wait: from the command to the result, half and 95% of those that gave a picture.
usage-report-footer-role = A request counts for each role that its member had then, and once in the sums.
usage-report-alt-day = Columns of pictures, cost, success and waiting time by day. { $list }.
usage-report-alt = Bars of pictures, cost, success and waiting time, numbered as below. { $list }.
usage-report-alt-line = { $name }: { $pictures ->
        [one] { $pictures } picture
       *[other] { $pictures } pictures
    }, { $cost }, { $success }, { $wait }

seconds = { $count } s
minutes = { $count } min
percent = { $share }%
