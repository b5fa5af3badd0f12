package io

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/html"

	"github.com/concbench/concbench/workloads/internal/data"
	"github.com/concbench/concbench/workloads/internal/web"
)

// A site is a number of HTML pages that link to each other, all of which its
// seed determines. Page 0 is where one begins; a few pages cannot be reached.
type site struct {
	seed  uint64
	pages int
}

const (
	maxPages    = 1_000_000
	meanLatency = 2900 * time.Microsecond
)

func (s site) path(page int) string { return fmt.Sprintf("/%d/%d/%d", s.seed, s.pages, page) }

// parseSite reads the path of a page.
func parseSite(path string) (s site, page int, err error) {
	parts := strings.Split(path, "/")
	bad := errors.New("want /SEED/PAGES/PAGE, such as /7/2000/0")
	if len(parts) != 4 {
		return s, 0, bad
	}
	seed, err1 := strconv.ParseUint(parts[1], 10, 64)
	pages, err2 := strconv.Atoi(parts[2])
	page, err3 := strconv.Atoi(parts[3])
	if errors.Join(err1, err2, err3) != nil || pages < 1 || pages > maxPages || page < 0 || page >= pages {
		return s, 0, bad
	}
	return site{seed, pages}, page, nil
}

// links names the pages that a page links to, in order: 2 to 9, any of them.
func (s site) links(page int) []int {
	links := make([]int, 2+data.Key(s.seed, page, 0)%8)
	for i := range links {
		links[i] = int(data.Key(s.seed, page, 1, i) % uint64(s.pages))
	}
	return links
}

// latency is how long the origin takes for a page, drawn from a Pareto
// distribution with a long tail: half of the pages take less than 1.6 ms, one in
// a hundred more than 21 ms, none more than 200 ms, and the mean is meanLatency.
func (s site) latency(page int) time.Duration {
	u := float64(data.Key(s.seed, page, 2)>>11) / (1 << 53)
	return min(time.Duration(float64(time.Millisecond)*math.Pow(1-u, -1/1.5)), 200*time.Millisecond)
}

// html makes a page: its links stand between some 2 KiB of words.
func (s site) html(page int) []byte {
	var b bytes.Buffer
	links := s.links(page)
	fmt.Fprintf(&b, "<!doctype html>\n<html><head><title>Page %d</title></head><body>\n", page)
	for i := range 10 {
		b.WriteString("<p>")
		for w := range 20 {
			b.WriteString(strconv.FormatUint(data.Key(s.seed, page, 3, i, w)>>24, 36))
			b.WriteByte(' ')
		}
		if i < len(links) {
			fmt.Fprintf(&b, "<a href=%q>more of <em>it</em></a>", s.path(links[i]))
		}
		b.WriteString("</p>\n")
	}
	b.WriteString("</body></html>\n")
	return b.Bytes()
}

// hrefs returns where the links of a page lead, in order.
func hrefs(page []byte) ([]string, error) {
	root, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		return nil, err
	}
	var found []string
	for n := range root.Descendants() {
		if n.Type != html.ElementNode || n.Data != "a" {
			continue
		}
		for _, a := range n.Attr {
			if a.Key == "href" {
				found = append(found, a.Val)
			}
		}
	}
	return found, nil
}

func (scrape) Usage(address string) string {
	return "curl http://" + address + "/SEED/PAGES/PAGE\nsuch as /7/2000/0: the first of 2000 pages of HTML that link to each other, as the seed 7 determines."
}

// Serve makes the pages as they are asked for.
func (scrape) Serve(l net.Listener) error {
	return web.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s, page, err := parseSite(r.URL.Path)
		if err != nil {
			http.Error(w, err.Error(), http.StatusNotFound)
			return
		}
		time.Sleep(s.latency(page))
		sendHTML(w, s.html(page))
	}))
}

func sendHTML(w http.ResponseWriter, page []byte) {
	w.Header()["Content-Type"] = []string{"text/html; charset=utf-8"}
	w.Header()["Content-Length"] = []string{strconv.Itoa(len(page))}
	w.Write(page)
}
