package io

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/runners"
	"github.com/concbench/concbench/workloads"
	"github.com/concbench/concbench/workloads/internal/worktest"
)

func TestAPageSaysWhatItLinksTo(t *testing.T) {
	s := site{7, 500}
	for page := range s.pages {
		found, err := hrefs(s.html(page))
		require.NoError(t, err)
		var want []string
		for _, link := range s.links(page) {
			want = append(want, s.path(link))
		}
		require.Equal(t, want, found)
		back, number, err := parseSite(s.path(page))
		require.NoError(t, err)
		require.Equal(t, s, back)
		require.Equal(t, page, number)
	}
}

func TestLatenciesHaveALongTail(t *testing.T) {
	s, slow, slower := site{7, 10_000}, 0, 0
	var all time.Duration
	for page := range s.pages {
		all += s.latency(page)
		if ms := s.latency(page).Seconds() * 1000; ms > 21.5 {
			slower++
		} else if ms > 1.6 {
			slow++
		}
		assert.LessOrEqual(t, s.latency(page).Milliseconds(), int64(200))
		assert.GreaterOrEqual(t, s.latency(page).Microseconds(), int64(1000))
	}
	assert.InDelta(t, 4900, slow, 200)
	assert.InDelta(t, 100, slower, 40)
	assert.InDelta(t, meanLatency.Seconds(), all.Seconds()/float64(s.pages), 2e-4)
}

// scraping is a small crawl at a server.
func scraping(t *testing.T, h http.Handler, tasks int, check func(*testing.T, workloads.Work, runners.Outcome)) {
	server := httptest.NewServer(h)
	defer server.Close()
	s := worktest.Spec(t, scrape{}, workloads.Params{"pages": "60"}, server.Listener.Addr().String())
	work := worktest.Prepare(t, scrape{}, s, tasks)
	worktest.Each(t, scrape{}.Needs(s.Params, tasks), s, tasks, work, func(t *testing.T, o runners.Outcome) { check(t, work, o) })
}

func TestNoPageIsFetchedTwice(t *testing.T) {
	var mu sync.Mutex
	asked := map[string]int{}
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked[r.URL.Path]++
		mu.Unlock()
		s, page, err := parseSite(r.URL.Path)
		if err != nil {
			http.NotFound(w, r)
			return
		}
		sendHTML(w, s.html(page))
	})
	scraping(t, h, 5, func(t *testing.T, work workloads.Work, o runners.Outcome) {
		require.NoError(t, o.Err)
		assert.Equal(t, work.Sum, o.Sum)
		mu.Lock()
		defer mu.Unlock()
		assert.Greater(t, len(asked), 40)
		for path, n := range asked {
			assert.Equal(t, 1, n, path)
		}
		clear(asked)
	})
}

// A failure ends the crawl for all: nobody waits for pages that will not come.
func TestACrawlThatFailsEnds(t *testing.T) {
	for says, h := range map[string]http.HandlerFunc{
		"404":          http.NotFound,
		"a link leads": func(w http.ResponseWriter, r *http.Request) { sendHTML(w, []byte(`<a href="/elsewhere">x</a>`)) },
	} {
		scraping(t, h, 3, func(t *testing.T, _ workloads.Work, o runners.Outcome) {
			assert.Positive(t, o.Failed)
			assert.ErrorContains(t, o.Err, says)
		})
	}
}

func TestAnotherPageIsNoticed(t *testing.T) {
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s, page, _ := parseSite(r.URL.Path)
		sendHTML(w, []byte(strings.Replace(string(s.html(page)), "Page", "page", 1)))
	})
	scraping(t, h, 2, func(t *testing.T, work workloads.Work, o runners.Outcome) {
		assert.NotEqual(t, work.Sum, o.Sum)
	})
}
