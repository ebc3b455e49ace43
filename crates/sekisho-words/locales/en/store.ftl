## Area store.
