step-notice = A notice of the system was written
step-report = A delivery report was written
step-dmarc-report = A DMARC aggregate report was written
