## What must not leave, as found in a text. { $value } is masked.

dlp-my-number = A number that looks like a My Number, { $value }, was found ({ $where }). Take it out unless it has to be sent.
dlp-credit-card = A number that looks like a payment card, { $value }, was found ({ $where }). Take it out unless it has to be sent.
dlp-jp-mobile = A mobile number, { $value }, was found ({ $where }).
dlp-bank-account = A number that looks like a bank account, { $value }, was found ({ $where }). Check that the recipients may know it.
dlp-passport-jp = A number that looks like a passport, { $value }, was found ({ $where }). Take it out unless it has to be sent.
dlp-drivers-licence-jp = A number that looks like a driving licence, { $value }, was found ({ $where }). Take it out unless it has to be sent.
dlp-keyword-confidential = The marking “{ $value }” was found ({ $where }). Check that this may leave the organisation.
dlp-keyword = The phrase “{ $value }” of the administrator's list was found ({ $where }). Check that this may be sent.
