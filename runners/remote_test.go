package runners

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// travel sends an error through what goes over the pipe. cause is that of the
// job's end in the first process, back in the second.
func travel(t *testing.T, err, cause, back error) error {
	t.Helper()
	b := pack(err, cause).bytes()
	require.True(t, json.Valid(b))
	return unpackBytes(b, back)
}

func TestAnErrorArrivesWithItsTextAndWhatIsKnownOfIt(t *testing.T) {
	for _, is := range []error{
		ErrDied, ErrClosed, ErrForeign, context.Canceled, context.DeadlineExceeded, os.ErrDeadlineExceeded,
		net.ErrClosed, io.EOF, io.ErrUnexpectedEOF, fs.ErrNotExist, syscall.ECONNREFUSED,
	} {
		sent := fmt.Errorf("task: %w", is)
		got := travel(t, sent, nil, nil)
		assert.EqualError(t, got, sent.Error())
		assert.ErrorIs(t, got, is)
		for _, other := range []error{io.ErrClosedPipe, syscall.EPIPE} {
			assert.NotErrorIs(t, got, other)
		}
	}
	var timeout net.Error
	require.ErrorAs(t, travel(t, os.ErrDeadlineExceeded, nil, nil), &timeout)
	assert.True(t, timeout.Timeout())

	_, missing := os.Open(filepath.Join(t.TempDir(), "none"))
	got := travel(t, missing, nil, nil)
	assert.ErrorIs(t, got, fs.ErrNotExist)
	assert.EqualError(t, got, missing.Error())
}

func TestTheCauseOfAJobsEndArrivesAsItself(t *testing.T) {
	there, here := errors.New("enough"), errors.New("enough")
	assert.ErrorIs(t, travel(t, fmt.Errorf("sleep: %w", there), there, here), here)
	assert.NotErrorIs(t, travel(t, errors.New("another"), there, here), here)
}

func TestAPanicArrivesAsOne(t *testing.T) {
	var p *PanicError
	got := travel(t, &PanicError{"wrong", []byte("a stack")}, nil, nil)
	require.ErrorAs(t, got, &p)
	assert.Equal(t, "wrong", p.Value)
	assert.Equal(t, "panic: wrong\n\na stack", got.Error())

	got = travel(t, fmt.Errorf("child: %w", &PanicError{fmt.Errorf("wrong: %w", io.EOF), nil}), nil, nil)
	require.ErrorAs(t, got, &p)
	assert.ErrorIs(t, got, io.EOF)
	assert.EqualError(t, p.Value.(error), "wrong: EOF")

	got = travel(t, &PanicError{42, nil}, nil, nil)
	require.ErrorAs(t, got, &p)
	assert.Equal(t, "42", p.Value, "a value of any other kind arrives as its text")
}

func TestALongErrorIsCutShort(t *testing.T) {
	got := travel(t, errors.New(strings.Repeat("x", 1<<20)), nil, nil)
	assert.Less(t, len(got.Error()), 1<<15)
}

func TestWhatCannotBeReadIsAnErrorToo(t *testing.T) {
	assert.Error(t, unpackBytes([]byte("{"), nil))
}
