package report

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/results/internal/fakerun"
)

// TestABrowserOpensThePageWithoutAnErrorOrARequest opens a report in headless
// Chromium and reads its log of errors and its log of the network.
func TestABrowserOpensThePageWithoutAnErrorOrARequest(t *testing.T) {
	browser, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("not runnable: no chromium")
	}
	dir := t.TempDir()
	require.NoError(t, fakerun.New(12).Write(dir))
	require.NoError(t, Write(dir))
	netLog := filepath.Join(t.TempDir(), "net.json")

	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--user-data-dir="+t.TempDir(),
		"--enable-logging=stderr", "--log-net-log="+netLog, "--dump-dom", "file://"+filepath.Join(dir, "report.html"))
	var stderr strings.Builder
	cmd.Stderr = &stderr
	dom, err := cmd.Output()
	require.NoError(t, err, stderr.String())

	assert.Contains(t, string(dom), "Reasons to distrust")
	assert.Contains(t, string(dom), "<svg")
	assert.NotContains(t, stderr.String(), "CONSOLE", "the page's own errors")
	for url, by := range requests(t, netLog) {
		assert.Equal(t, "not an origin", by, "the page asks for %s", url)
	}
}

// requests returns, by address, who made each request over the network that is
// in the browser's log: a page, or "not an origin", which is the browser itself
// asking its maker for updates.
func requests(t *testing.T, netLog string) map[string]string {
	t.Helper()
	text, err := os.ReadFile(netLog)
	require.NoError(t, err)
	var log struct {
		Events []struct {
			Params struct {
				URL       string `json:"url"`
				Initiator string `json:"initiator"`
			} `json:"params"`
		} `json:"events"`
	}
	require.NoError(t, json.Unmarshal(text, &log))
	by := map[string]string{}
	for _, e := range log.Events {
		if p := e.Params; p.Initiator != "" && !strings.HasPrefix(p.URL, "file:") {
			by[p.URL] = p.Initiator
		}
	}
	return by
}
