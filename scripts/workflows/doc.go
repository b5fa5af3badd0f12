// Package workflows holds compare.yml, a GitHub Actions workflow to copy into
// other people's repositories, and the test of every workflow in this one.
package workflows
