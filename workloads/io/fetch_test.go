package io

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
	"github.com/concbench/concbench/workloads/internal/data"
	"github.com/concbench/concbench/workloads/internal/worktest"
)

func TestAPageIsWhatItsPathSays(t *testing.T) {
	address := serving(t, fetch{})
	start := time.Now()
	resp, err := http.Get("http://" + address + pagePath(20*time.Millisecond, 100_003, 1<<63+7))
	require.NoError(t, err)
	defer resp.Body.Close()
	assert.GreaterOrEqual(t, time.Since(start), 20*time.Millisecond)
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	assert.Equal(t, data.Bytes(100_003, 1<<63+7), body)
}

func TestAPathThatIsNoPageIsRefusedWithWhatIsAllowed(t *testing.T) {
	for path, says := range map[string]string{
		"/":                 "/LATENCY/BYTES/SEED",
		"/1ms/4096/7/8":     "/LATENCY/BYTES/SEED",
		"/soon/4096/7":      "duration",
		"/-1s/4096/7":       "duration",
		"/2m/4096/7":        "duration",
		"/1ms/0/7":          "from 1",
		"/1ms/9999999999/7": "1073741824",
		"/1ms/4096/x":       "seed",
	} {
		w := httptest.NewRecorder()
		page(w, httptest.NewRequest(http.MethodGet, path, nil))
		assert.Equal(t, http.StatusBadRequest, w.Code, path)
		assert.Contains(t, w.Body.String(), says, path)
	}
}

func TestFetchReadsBodiesOfEverySize(t *testing.T) {
	address := serving(t, fetch{})
	for _, body := range []string{"1", "16385", "300000"} {
		t.Run("body="+body, func(t *testing.T) {
			s := worktest.Spec(t, fetch{}, workloads.Params{"body": body, "latency": "0s", "requests": "3"}, address)
			work := worktest.Prepare(t, fetch{}, s, 4)
			worktest.Each(t, runners.Needs{}, s, 4, work, func(t *testing.T, o runners.Outcome) {
				require.NoError(t, o.Err)
				assert.Equal(t, work.Sum, o.Sum)
			})
		})
	}
}

func TestFetchNoticesWhatIsWrong(t *testing.T) {
	for name, c := range map[string]struct {
		serve http.HandlerFunc
		says  string
	}{
		"another page": {func(w http.ResponseWriter, r *http.Request) {
			r.URL.Path = pagePath(0, 4096, 1)
			page(w, r)
		}, "not the one asked for"},
		"an error":           {http.NotFound, "404"},
		"a shorter page":     {func(w http.ResponseWriter, r *http.Request) { w.Write(make([]byte, 2000)) }, "of 2000 B"},
		"a page of no end":   {func(w http.ResponseWriter, r *http.Request) { w.(http.Flusher).Flush() }, "of -1 B"},
		"a page cut short":   {func(w http.ResponseWriter, r *http.Request) { w.Header().Set("Content-Length", "4096") }, "EOF"},
		"a closing answer":   {func(w http.ResponseWriter, r *http.Request) { w.Header().Set("Connection", "close"); page(w, r) }, "closing true"},
		"no answer whatever": {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "EOF"},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(c.serve)
			defer server.Close()
			s := worktest.Spec(t, fetch{}, nil, server.Listener.Addr().String())
			work := worktest.Prepare(t, fetch{}, s, 4)
			worktest.Each(t, runners.Needs{}, s, 4, work, worktest.Fails(4, c.says))
		})
	}
}
