package wire

import (
	"encoding/binary"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// stamper makes this test binary a process that stamps the time.
const stamper = "WIRE_TEST_STAMPER"

func TestMain(m *testing.M) {
	if os.Getenv(stamper) != "" {
		c := NewClock()
		os.Stdout.WriteString(strconv.FormatInt(c.Stamp(time.Now()), 10))
		return
	}
	os.Exit(m.Run())
}

func supported(t *testing.T) {
	if err := Supported(); err != nil {
		t.Skip("not runnable:", err)
	}
}

func TestAStampIsTheTimeItWasMadeOf(t *testing.T) {
	supported(t)
	c := NewClock()
	now := time.Now()
	assert.Zero(t, c.Time(c.Stamp(now)).Sub(now))
	later := now.Add(time.Second)
	assert.Equal(t, int64(time.Second), c.Stamp(later)-c.Stamp(now))
}

func TestAnotherProcessStampsTheSameClock(t *testing.T) {
	supported(t)
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), stamper+"=1")
	began := time.Now()
	out, err := cmd.Output()
	ended := time.Now()
	require.NoError(t, err)
	stamp, err := strconv.ParseInt(strings.TrimSpace(string(out)), 10, 64)
	require.NoError(t, err)
	c := NewClock()
	at := c.Time(stamp)
	assert.Positive(t, at.Sub(began))
	assert.Positive(t, ended.Sub(at))
}

// aTray is a tray that no other process sees.
func aTray(t *testing.T) *Tray {
	words := make([]uint64, traySize/8+1)
	tray, err := newTray(unsafe.Slice((*byte)(unsafe.Pointer(&words[0])), len(words)*8))
	require.NoError(t, err)
	return tray
}

func TestATrayTellsHowFarAWorkerHasCome(t *testing.T) {
	tray := aTray(t)
	_, ok := tray.Claim()
	assert.False(t, ok, "nothing lies on it")
	tray.Lay(3)
	for want := range 2 {
		place, ok := tray.Claim()
		assert.True(t, ok)
		assert.Equal(t, want, place)
		begun, ended, all := tray.State()
		assert.Equal(t, []int{want + 1, want, 3}, []int{begun, ended, all})
		tray.Finish(place, Record{1, 2, uint64(place)})
		assert.Equal(t, Record{1, 2, uint64(place)}, tray.Record(place))
	}
	place, n := tray.TakeBack()
	assert.Equal(t, []int{2, 1}, []int{place, n})
	_, ok = tray.Claim()
	assert.False(t, ok)
	begun, ended, all := tray.State()
	assert.Equal(t, []int{2, 2, 2}, []int{begun, ended, all})
	tray.Lay(1)
	begun, ended, all = tray.State()
	assert.Equal(t, []int{0, 0, 1}, []int{begun, ended, all})
}

func TestWhatIsTakenBackIsTheLaterHalfOfWhatIsLeft(t *testing.T) {
	tray := aTray(t)
	tray.Lay(10)
	tray.Claim()
	for _, want := range [][]int{{5, 5}, {3, 2}, {2, 1}, {1, 1}, {0, 0}} {
		place, n := tray.TakeBack()
		assert.Equal(t, want, []int{place, n})
	}
	_, ok := tray.Claim()
	assert.False(t, ok)
}

// Each task is had by one side, and one alone.
func TestTakingBackRacesWithClaiming(t *testing.T) {
	for range 50 {
		tray := aTray(t)
		tray.Lay(Most)
		var had [Most]atomic.Int32
		var both sync.WaitGroup
		both.Go(func() {
			for {
				place, ok := tray.Claim()
				if !ok {
					return
				}
				had[place].Add(1)
			}
		})
		both.Go(func() {
			for {
				place, n := tray.TakeBack()
				if n == 0 {
					return
				}
				for i := range n {
					had[place+i].Add(1)
				}
			}
		})
		both.Wait()
		for i := range had {
			require.EqualValues(t, 1, had[i].Load(), "task %d", i)
		}
	}
}

// duplex is one end of two pipes, and the files of the other.
func duplex(t *testing.T) (d *Duplex, in, out *os.File) {
	supported(t)
	theirs, out, err := os.Pipe()
	require.NoError(t, err)
	in, ours, err := os.Pipe()
	require.NoError(t, err)
	t.Cleanup(func() {
		for _, f := range []*os.File{theirs, out, in, ours} {
			f.Close()
		}
	})
	both := newDuplex(int(theirs.Fd()), int(ours.Fd()))
	return &both, in, out
}

func TestMessagesComeInOrderAndWhole(t *testing.T) {
	a, in, out := duplex(t)
	var sent [][]byte
	for _, size := range []int{0, 1, 100, 5000, 3, 20_000} {
		content := make([]byte, size)
		for i := range content {
			content[i] = byte(size + i)
		}
		sent = append(sent, content)
	}
	go func() { // what is sent comes back, cut anywhere
		buf := make([]byte, 777)
		for {
			n, err := in.Read(buf)
			if err != nil {
				return
			}
			out.Write(buf[:n])
		}
	}()
	for _, content := range sent[:5] {
		require.NoError(t, a.Send(Prepare, content...))
	}
	for _, content := range sent[:5] {
		kind, got, err := a.Next()
		require.NoError(t, err)
		assert.Equal(t, Prepare, kind)
		assert.Equal(t, string(content), string(got))
	}
	assert.False(t, a.More())
	require.NoError(t, a.Send(Prepare, sent[5]...))
	_, got, err := a.Next()
	require.NoError(t, err)
	assert.Equal(t, string(sent[5]), string(got))
}

func TestTheEndOfAPipeIsTheEndOfTheMessages(t *testing.T) {
	a, _, out := duplex(t)
	_, err := out.Write([]byte{5, 0, 0}) // part of one
	require.NoError(t, err)
	require.NoError(t, out.Close())
	_, _, err = a.Next()
	assert.Equal(t, io.EOF, err)
}

func TestAnOrderIsReadAsItWasSent(t *testing.T) {
	a, in, out := duplex(t)
	for _, o := range []Order{{}, {Job: 1 << 60, Released: -5, First: 1 << 31, Cancellable: true}, {First: 1}} {
		require.NoError(t, a.SendOrder(o))
		_, err := io.CopyN(out, in, header+orderSize)
		require.NoError(t, err)
		kind, content, err := a.Next()
		require.NoError(t, err)
		assert.Equal(t, Range, kind)
		got, err := ReadOrder(content)
		require.NoError(t, err)
		assert.Equal(t, o, got)
	}
	_, err := ReadOrder(make([]byte, orderSize-1))
	assert.Error(t, err)
}

func TestANumberIsTakenOffAgain(t *testing.T) {
	n, content, err := ReadNumbered(Numbered(7, []byte("x")))
	require.NoError(t, err)
	assert.EqualValues(t, 7, n)
	assert.Equal(t, "x", string(content))
	_, _, err = ReadNumbered(binary.LittleEndian.AppendUint32(nil, 7))
	assert.Error(t, err)
}

func TestAProcessThatNobodyStartedAsAWorkerIsNone(t *testing.T) {
	in, err := Enter()
	assert.NoError(t, err)
	assert.Nil(t, in)
}
