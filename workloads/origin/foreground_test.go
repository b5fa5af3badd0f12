package origin_test

import (
	"bytes"
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/concbench/concbench/workloads/origin"
)

// A page is a Buffer that two goroutines may use.
type page struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (p *page) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.b.Write(b)
}

func (p *page) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.b.String()
}

func TestForegroundSaysWhereAndHowAndServesUntilItIsCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var out page
	ended := make(chan error)
	go func() { ended <- origin.Foreground(ctx, &out, "127.0.0.1:0") }()
	require.Eventually(t, func() bool { return strings.Contains(out.String(), "burn") }, time.Minute, time.Millisecond)
	name, address, _ := strings.Cut(strings.SplitN(out.String(), "\n", 2)[0], "\t")
	assert.Equal(t, "probe", name)
	assert.Contains(t, tell(t, dial(t, address), "self"), "Procs")
	assert.Contains(t, out.String(), "nc "+address)
	cancel()
	assert.NoError(t, <-ended)
}

func TestForegroundNamesAnAddressThatIsNone(t *testing.T) {
	assert.ErrorContains(t, origin.Foreground(t.Context(), &page{}, "8000"), `"8000"`)
	assert.ErrorContains(t, origin.Foreground(t.Context(), &page{}, "127.0.0.1:http"), "port")
	assert.Error(t, origin.Foreground(t.Context(), &page{}, "127.0.0.1:65536"))
}
