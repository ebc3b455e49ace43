# Sourced by scripts/test: runs a stage, counts it, and keeps its output for the end when it fails.

pure_crates=(address words mime sasl smtp imap pop3 auth content dlp spam phish policy facts edit)

pure_flags() {
  local crate
  for crate in "${pure_crates[@]}"; do printf ' -p sekisho-%s' "$crate"; done
}

lint_pure() {
  # shellcheck disable=SC2046
  cargo clippy -q $(pure_flags) --all-targets -- -D warnings
}

# step NAME COMMAND…: one check, counted as one test.
step() {
  local name=$1 began=$SECONDS
  shift
  if "$@" >"$log/out" 2>&1; then
    passed=$((passed + 1))
    echo "ok      $name ($((SECONDS - began)) s)"
  else
    failed=$((failed + 1))
    cat "$log/out"
    echo "FAILED  $name"
  fi
}

# tests NAME COMMAND…: a run of cargo test, whose own counts are added up.
tests() {
  local name=$1 began=$SECONDS rc
  shift
  "$@" >"$log/out" 2>&1
  rc=$?
  local p f i
  read -r p f i < <(awk '/^test result:/ { p += $4; f += $6; i += $8 } END { print p + 0, f + 0, i + 0 }' "$log/out")
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + i))
  if [ "$rc" -ne 0 ]; then
    # A crate that does not compile, or a runner that died, has no result line of its own.
    [ "$f" -gt 0 ] || failed=$((failed + 1))
    # The failures themselves may stand far above the end.
    grep -E -A 12 '^(error|thread .* panicked)|\.\.\. FAILED$' "$log/out" | head -n 300
    tail -n 20 "$log/out"
    echo "FAILED  $name"
  elif [ "$p" -eq 0 ]; then
    failed=$((failed + 1))
    echo "FAILED  $name: no test ran"
  else
    echo "ok      $name: $p ($((SECONDS - began)) s)"
  fi
}

finish() {
  local unavailable
  unavailable=$(sort -u "$SEKISHO_SKIPPED" | wc -l)
  # A test that found its peer or corpus missing has passed in the runner's eyes: count it as skipped.
  skipped=$((skipped + unavailable))
  passed=$((passed - unavailable))
  [ "$unavailable" -eq 0 ] || sort -u "$SEKISHO_SKIPPED" | sed 's/^/skipped: /'
  echo "$passed passed, $failed failed, $skipped skipped"
  [ "$failed" -eq 0 ]
}
