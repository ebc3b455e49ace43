step-notice = A notice of the system was written
step-report = A delivery report was written
