package affinity

import (
	"runtime"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// elsewhere returns the CPUs of a thread that nobody has locked.
func elsewhere() (cpus []int) {
	var done sync.WaitGroup
	done.Go(func() { cpus = CPUs() })
	done.Wait()
	return cpus
}

func TestEveryThreadIsBoundAndFreedAgain(t *testing.T) {
	before := CPUs()
	require.NotEmpty(t, before)
	end, begun, done := make(chan struct{}), sync.WaitGroup{}, sync.WaitGroup{}
	here := make([][]int, 8)
	for i := range here {
		begun.Add(1)
		done.Go(func() {
			runtime.LockOSThread() // a thread of its own, made before all are bound
			defer runtime.UnlockOSThread()
			begun.Done()
			<-end
			here[i] = CPUs()
		})
	}
	begun.Wait()
	last := before[len(before)-1:]
	require.NoError(t, Pin(last))
	assert.Equal(t, last, elsewhere(), "a thread made later too")
	close(end)
	done.Wait()
	for _, cpus := range here {
		assert.Equal(t, last, cpus)
	}
	require.NoError(t, Pin(before))
	assert.Equal(t, before, CPUs())
	assert.Equal(t, before, elsewhere())
}

func TestOneThreadIsBoundAlone(t *testing.T) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	before := CPUs()
	last := before[len(before)-1:]
	require.NoError(t, PinThread(last))
	assert.Equal(t, last, CPUs())
	assert.Equal(t, before, elsewhere())
	require.NoError(t, PinThread(before))
	assert.Equal(t, before, CPUs())
}

func TestACPUThatIsNotThereIsRefused(t *testing.T) {
	before := CPUs()
	assert.ErrorContains(t, Pin(nil), "bind thread")
	assert.ErrorContains(t, PinThread([]int{1000}), "1000")
	assert.Equal(t, before, CPUs())
}
