package record

import "path/filepath"

// OpenRounds opens the journal of the run in dir for appending, and makes it if
// there is none. What a killed run left of a last line is cut off.
func OpenRounds(dir string) (*Lines, error) { return OpenLines(filepath.Join(dir, RoundsFile)) }

// ReadRounds reads the rounds of the run in dir, none if it has no journal yet.
// The warning, if not nil, reports a last line that was torn when the run was
// killed, and is left out.
func ReadRounds(dir string) ([]Round, *Warning, error) {
	return ReadLines[Round](filepath.Join(dir, RoundsFile))
}
