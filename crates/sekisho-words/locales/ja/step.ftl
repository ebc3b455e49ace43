step-notice = システムからのお知らせを作成しました
step-report = 配達状況の通知を作成しました
step-dmarc-report = DMARC 集計レポートを作成しました
