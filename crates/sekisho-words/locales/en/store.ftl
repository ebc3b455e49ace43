## Area store.

# Why the store did not do what was asked.
store-full = There is no room on the disk, so nothing was stored. It goes on by itself once there is room.
store-stopped = The disk did not confirm a write, so nothing more is taken. Look at the disk, then restart.
store-not-found = Not found.
store-state = Something else was done with it before (state now: { $state }).
store-decided = This hold has been decided before.
store-lease-lost = Another worker has taken this over.
store-over-quota = The mailbox has no room for this ({ $used } of { $quota } bytes in use).
store-exists = { $name } exists already.
store-limit = Over the limit of { $max }.
store-invalid = The values do not fit together, so nothing was done.
store-damaged = Stored data is damaged. Bring it back from a backup.
store-io = Reading or writing a file failed. Look at the disk.
store-sql = The database failed. Look at the log.

# Where a recipient's mail is.
store-state-queued = waiting to be sent
store-state-held = held for approval
store-state-delayed = delayed
store-state-quarantined = in quarantine
store-state-mailbox = delivered to the mailbox
store-state-junked = delivered to junk
store-state-sent = sent
store-state-relayed = passed on to the next server
store-state-bounced = could not be delivered
store-state-expired = given up after retries
store-state-returned = returned to the sender
store-state-cancelled = cancelled by the sender
store-state-refused = refused at the door
store-state-discarded = discarded

# Steps of the trace.
store-step-queued = Waiting to be sent to { $recipient }.
store-step-held = Held for approval, for { $recipient }.
store-step-delayed = Delayed for { $recipient }; it can be cancelled until it leaves.
store-step-quarantined = Put into quarantine, for { $recipient }.
store-step-mailbox = Delivered to the mailbox of { $recipient }.
store-step-junked = Delivered to the junk folder of { $recipient }.
store-step-sent = { $remote } took it for { $recipient }.
store-step-relayed = Passed on to { $remote } for { $recipient }; it will not report further.
store-step-bounced = Could not be delivered to { $recipient }.
store-step-expired = Did not reach { $recipient } before the retries ended.
store-step-returned = Returned to the sender, not sent to { $recipient }.
store-step-queue-deleted = Taken out of the queue for { $recipient } by { $by }.
store-step-cancelled = Cancelled for { $recipient }.
store-step-refused = Not taken for { $recipient }.
store-step-discarded = Discarded for { $recipient }.
store-step-deferred = Not yet taken for { $recipient } ({ $remote }); it will be tried again.
store-step-cut-off = The server stopped while sending to { $recipient }; it is sent again. If the other side had taken it before the stop, it arrives twice.
store-step-account-gone = The mailbox of { $recipient } was gone, so it could not be delivered.
store-step-refused-at-door = Refused at the door.
store-step-hold-released = Approved by { $by }. { $comment }
store-step-hold-refused = Returned by { $by }. { $comment }
store-step-hold-expired = The time to decide ran out. { $by } { $comment }
store-step-hold-cancelled = Cancelled by { $by }. { $comment }
store-step-reminded = The approver was reminded.
store-step-deputised = The deputy was asked.
store-step-hold-deadline = { $by } moved the end of the hold to { $until }.
