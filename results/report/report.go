// Package report writes a run's report.md and report.html. The page is whole in
// itself: it asks nothing of the network and runs no script.
package report

import (
	"bytes"
	"path/filepath"

	"github.com/concbench/concbench/results"
)

// Names of the files that Write writes into the run's folder.
const (
	MarkdownFile = "report.md"
	PageFile     = "report.html"
)

// Write reads the run in dir and writes its reports there, each as a whole or
// not at all.
func Write(dir string) error {
	d, err := results.Open(dir)
	if err != nil {
		return err
	}
	var md, page bytes.Buffer
	if err := results.WriteMarkdown(&md, d); err != nil {
		return err
	}
	if err := WriteHTML(&page, d); err != nil {
		return err
	}
	if err := results.WriteFile(filepath.Join(dir, MarkdownFile), md.Bytes()); err != nil {
		return err
	}
	return results.WriteFile(filepath.Join(dir, PageFile), page.Bytes())
}
