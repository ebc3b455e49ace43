//! Counting the use of rules.

use rusqlite::params;

use crate::at::At;
use crate::pending::Pending;
use crate::rules::RulesMatched;
use crate::store::Store;

impl Store {
    /// Counts one mail for each of these rules. No audit row: what a rule did is in the trace of the mail.
    pub fn count_rules(&self, matched: RulesMatched) -> Pending<()> {
        Pending::new(self.door(), Vec::new(), move |tx, _| {
            let sql = "INSERT INTO rule_use (tenant, rule, hits, first_at, last_at) VALUES (?1, ?2, 1, ?3, ?3)
                ON CONFLICT (tenant, rule) DO UPDATE SET hits = hits + 1, last_at = max(last_at, excluded.last_at)";
            for rule in &matched.rules {
                tx.run(sql, params![matched.tenant, rule, At(matched.now)])?;
            }
            Ok(())
        })
    }
}
