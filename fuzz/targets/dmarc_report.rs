//! Any bytes are a report; what was read can be written and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sekisho_auth::dmarc::aggregate::Report;

fuzz_target!(|xml: &[u8]| {
    if let Ok(report) = Report::parse(xml)
        && let Ok(again) = report.to_xml()
    {
        let again = Report::parse(again.as_bytes()).expect("our own form");
        assert_eq!(again.mails(), report.mails());
    }
});
