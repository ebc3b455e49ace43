## Area policy.
