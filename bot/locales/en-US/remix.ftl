# The Remix panel, in which a result's request is changed and made again.

button-remix = Remix
button-prompt = Prompt…
button-run = Run

remix-title = Remix of `{ $id }`
remix-edits = Edits { $names }{ $more ->
        [0] {""}
       *[other] {" "}and { $more } more
    }
remix-value = { $option }: { $value }
remix-default = { $option }: { $value } (default)
remix-left-out-choice = { $option }: as the model likes
remix-models-back = ← Models before these
remix-models-on = More models →
remix-footer = Run makes a new picture with your own allowance. What you choose here is kept for a day.

remix-modal = Remix
remix-prompt = Prompt

remix-model-gone = { $model } is no longer offered here, so { $instead } is chosen instead.
remix-left-out = { $model } does not take the { $options } that was chosen, so it is left out.
remix-problem = ⚠️ { $problem }
remix-ran = ▶️ Begun as `{ $id }`: [go to it]({ $link })

remix-gone = That panel is too old: what you chose in it is not kept any more. Press Remix under the picture again.
remix-not-yours = That panel is somebody else’s. Press Remix under the picture for one of your own.
