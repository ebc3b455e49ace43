## Area sasl.
