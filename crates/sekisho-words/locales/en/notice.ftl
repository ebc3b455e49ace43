notice-sender = Sekisho
notice-administrator = an administrator
notice-queue-deleted = An administrator took it out of the queue.
notice-comment = Comment: { $comment }
notice-approval-subject = [Approval needed] { $subject }
notice-approval-text =
    A mail from { $sender } ({ $address }) waits for your approval.

    Subject: { $subject }
    To: { $recipients }
    Until: { $until } (after that it goes back to its sender)

    Look at it on the page below, then approve it or send it back. The reasons are:
notice-held-subject = [Held] { $subject }
notice-held-text =
    Your mail has not been sent. It waits for { $approver } to approve it.

    Subject: { $subject }
    To: { $recipients }
    Until: { $until } (after that it comes back to you)

    To take it back, press [Cancel sending] on the page below. The reasons are:
notice-delayed-subject = [Delayed] { $subject }
notice-delayed-text =
    Your mail leaves at { $until }. Until then you can cancel it.

    Subject: { $subject }
    To: { $recipients }

    To take it back, press [Cancel sending] on the page below. The reasons are:
notice-released-subject = [Approved] { $subject }
notice-released-text = Approved by { $by }. The mail is being sent. To: { $recipients }
notice-refused-subject = [Sent back] { $subject }
notice-refused-text = Sent back by { $by }. The mail has not been sent. Change it and send it again. To: { $recipients }
notice-expired-returned-subject = [Not approved in time] { $subject }
notice-expired-returned-text = Nobody approved it in time. The mail has not been sent. Send it again if it is still needed. To: { $recipients }
notice-expired-sent-subject = [Sent at the deadline] { $subject }
notice-expired-sent-text = Nobody decided in time; as the rule says, the mail is being sent. To: { $recipients }
notice-reminder-subject = [Reminder: approval needed] { $subject }
notice-reminder-text =
    A mail from { $sender } ({ $address }) still waits for your approval. Half of the time is over.

    Subject: { $subject }
    To: { $recipients }
    Until: { $until } (after that it goes back to its sender)

    Look at it on the page below, then approve it or send it back. The reasons are:
notice-deputy-subject = [Approval needed, as deputy] { $subject }
notice-deputy-text =
    { $approver } has not decided yet, so you may decide as deputy.

    From: { $sender } ({ $address })
    Subject: { $subject }
    To: { $recipients }
    Until: { $until } (after that it goes back to its sender)

    Look at it on the page below, then approve it or send it back. The reasons are:
notice-reasons-unknown = The reasons cannot be read. Look at the mail on the approval page.
notice-more-recipients = { " " }and { $count } more
notice-rule-subject = [Rule] { $subject }
notice-rule-text =
    { $words }

    From: { $sender }
    To: { $recipients }
    Subject: { $subject }
