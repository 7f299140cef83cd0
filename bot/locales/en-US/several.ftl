# Requests for several pictures. $numbers are the numbers of the $count pictures that a sentence is about.

fact-pictures = { $count ->
        [one] { $count } picture
       *[other] { $count } pictures
    }
fact-done = { $failed ->
        [0] { $done } of { $asked } done
       *[other] { $done } of { $asked } done, { $failed } failed
    }
fact-made = { $made } of { $asked } pictures
fact-seed = { $count ->
        [one] seed { $seed }
       *[other] seeds { $seed }
    }

# In `/models`, of the option `count`.
models-count = **1** to { $most }, each at the price of one
models-more-counts = ; { $counts } in several tasks

fewer-made = { $made } of { $asked } were made; the others do not count against your allowance.
pictures-missing = { $count ->
        [one] Picture { $numbers }: { $reason }
       *[other] Pictures { $numbers }: { $reason }
    }
pictures-cancelled = { $count ->
        [one] Picture { $numbers }: cancelled before it was sent.
       *[other] Pictures { $numbers }: cancelled before they were sent.
    }
pictures-cancelled-running = { $count ->
        [one] Picture { $numbers }: cancelled, but the model cannot be stopped. It may still finish it, and the bot’s operator may have to pay for that.
       *[other] Pictures { $numbers }: cancelled, but the model cannot be stopped. It may still finish them, and the bot’s operator may have to pay for that.
    }
pictures-late = { $count ->
        [one] Picture { $numbers } came after it had been given up, so it does not count against your allowance.
       *[other] Pictures { $numbers } came after they had been given up, so they do not count against your allowance.
    }
