package results_test

import (
	"html"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/concbench/concbench/results"
)

func TestMarkdownShowsForeignTextAsItIs(t *testing.T) {
	for _, s := range []string{"BenchmarkX#01", `it's "a" & <b>`, "owner/name#12", "&#39;", "@you, *a* [b](https://example.com) `c` d|e ~f~ _g_"} {
		escaped := results.EscapeMarkdown(s)
		assert.Equal(t, s, html.UnescapeString(escaped))
		plain := strings.NewReplacer("&amp;", "", "&lt;", "", "&gt;", "").Replace(escaped)
		for _, c := range "<>\"'|*_`[]~@" {
			assert.NotContains(t, plain, string(c), s)
		}
		assert.NotRegexp(t, `(^|[^&])#`, escaped, "it would refer to an issue")
		assert.NotContains(t, escaped, "://")
	}
}
