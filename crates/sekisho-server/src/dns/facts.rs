//! Several questions at once.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

use sekisho_auth::{Query, Reply};
use tokio::time::{Instant, timeout_at};

use super::Resolver;

/// Asks all `queries` at the same time; what has no answer at `deadline` has failed. All in the task that asks:
/// waiting needs no task of its own.
pub async fn resolve_all(
    resolver: &Arc<dyn Resolver>,
    queries: Vec<Query>,
    deadline: Instant,
) -> Vec<(Query, Reply)> {
    let mut replies: Vec<Option<Reply>> = queries.iter().map(|_| None).collect();
    let mut asked: Vec<_> = queries.iter().map(|query| resolver.lookup(query)).collect();
    let all = poll_fn(|context| {
        let mut waits = false;
        for (reply, asked) in replies.iter_mut().zip(&mut asked) {
            if reply.is_some() {
                continue;
            }
            match asked.as_mut().poll(context) {
                Poll::Ready(answer) => *reply = Some(answer),
                Poll::Pending => waits = true,
            }
        }
        if waits {
            Poll::Pending
        } else {
            Poll::Ready(())
        }
    });
    // What is late is told by what is missing.
    timeout_at(deadline, all).await.ok();
    drop(asked);
    let replies = replies
        .into_iter()
        .map(|reply| reply.unwrap_or(Reply::Failed));
    queries.into_iter().zip(replies).collect()
}
