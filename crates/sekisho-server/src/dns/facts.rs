//! Several questions at once.

use std::sync::Arc;

use sekisho_auth::{Query, Reply};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

use super::Resolver;

/// Asks all `queries` at the same time; what has no answer at `deadline` has failed.
pub async fn resolve_all(
    resolver: &Arc<dyn Resolver>,
    queries: Vec<Query>,
    deadline: Instant,
) -> Vec<(Query, Reply)> {
    if let [_] = queries.as_slice() {
        return one_after_another(resolver, queries, deadline).await;
    }
    let mut tasks = JoinSet::new();
    for query in &queries {
        let (resolver, query) = (Arc::clone(resolver), query.clone());
        tasks.spawn(async move {
            let reply = timeout_at(deadline, resolver.lookup(&query))
                .await
                .unwrap_or(Reply::Failed);
            (query, reply)
        });
    }
    let mut replies = Vec::with_capacity(queries.len());
    while let Some(done) = tasks.join_next().await {
        replies.extend(done.ok());
    }
    for query in queries {
        if !replies.iter().any(|(known, _)| *known == query) {
            replies.push((query, Reply::Failed));
        }
    }
    replies
}

async fn one_after_another(
    resolver: &Arc<dyn Resolver>,
    queries: Vec<Query>,
    deadline: Instant,
) -> Vec<(Query, Reply)> {
    let mut replies = Vec::with_capacity(queries.len());
    for query in queries {
        let reply = timeout_at(deadline, resolver.lookup(&query))
            .await
            .unwrap_or(Reply::Failed);
        replies.push((query, reply));
    }
    replies
}
