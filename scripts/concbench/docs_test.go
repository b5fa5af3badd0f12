package main

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Pages for people link to what is there.
func TestLinksResolve(t *testing.T) {
	const root = "../.."
	link := regexp.MustCompile(`\]\(([^)#\s]+)`)
	remote := regexp.MustCompile(`^[a-z]+:`)
	var pages []string
	for _, pattern := range []string{"*.md", "*/*.md"} {
		found, err := filepath.Glob(filepath.Join(root, pattern))
		require.NoError(t, err)
		pages = append(pages, found...)
	}
	require.Greater(t, len(pages), 8)
	links := 0
	for _, page := range pages {
		text, err := os.ReadFile(page)
		require.NoError(t, err)
		for _, m := range link.FindAllStringSubmatch(string(text), -1) {
			if !remote.MatchString(m[1]) {
				links++
				_, err := os.Stat(filepath.Join(filepath.Dir(page), m[1]))
				assert.NoError(t, err, "linked in %s", page)
			}
		}
	}
	assert.Greater(t, links, 20)
}
