package postgres

import (
	"net"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgproto3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The exchange that RFC 7677 shows in section 3.
const (
	challenge = "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
	proof     = "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
	verifier  = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="
)

func example() *scram {
	return &scram{password: "pencil", nonce: "rOprNGfwEbeRWgbNEkqO", first: "n=user,r=rOprNGfwEbeRWgbNEkqO"}
}

func TestSCRAMIsAsItsExample(t *testing.T) {
	s := example()
	final, err := s.answer(challenge)
	require.NoError(t, err)
	assert.Equal(t, proof, final)
	assert.False(t, s.check("v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="))
	assert.False(t, s.check("e=invalid-proof"))
	assert.True(t, s.check(verifier))
	assert.NotEqual(t, newSCRAM("pencil").nonce, newSCRAM("pencil").nonce)
}

func TestAChallengeThatMakesNoSenseIsRefused(t *testing.T) {
	for _, challenge := range []string{
		"", "r=other,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", "r=rOprNGfwEbeRWgbNEkqO,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
		"r=rOprNGfwEbeRWgbNEkqOx,s=?,i=4096", "r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=0",
	} {
		_, err := example().answer(challenge)
		assert.Error(t, err, challenge)
	}
}

// login logs in to a server that begins with the messages given, and returns
// what it was sent as a password.
func login(t *testing.T, messages ...pgproto3.BackendMessage) (password string, err error) {
	t.Helper()
	here, there := net.Pipe()
	said := make(chan string, 1)
	go func() {
		defer there.Close()
		defer close(said)
		b := pgproto3.NewBackend(there, there)
		if _, err := b.ReceiveStartupMessage(); err != nil {
			return
		}
		for _, m := range messages {
			b.Send(m)
			if b.Flush() != nil {
				return
			}
			if _, asks := m.(*pgproto3.AuthenticationCleartextPassword); asks {
				b.SetAuthType(pgproto3.AuthTypeCleartextPassword)
				if m, err := b.Receive(); err == nil {
					said <- m.(*pgproto3.PasswordMessage).Password
				}
			}
		}
	}()
	config, err := pgx.ParseConfig("postgres://me:secret@127.0.0.1/me")
	require.NoError(t, err)
	_, err = (&Server{config: config}).Open(here)
	here.Close()
	return <-said, err
}

func TestLoggingIn(t *testing.T) {
	ready := &pgproto3.ReadyForQuery{TxStatus: 'I'}
	_, err := login(t, &pgproto3.AuthenticationOk{}, ready)
	require.NoError(t, err, "a server that trusts")
	password, err := login(t, &pgproto3.AuthenticationCleartextPassword{}, &pgproto3.AuthenticationOk{}, &pgproto3.ParameterStatus{Name: "a", Value: "b"}, ready)
	require.NoError(t, err)
	assert.Equal(t, "secret", password)
	_, err = login(t, &pgproto3.AuthenticationMD5Password{})
	assert.ErrorContains(t, err, "SCRAM-SHA-256")
	_, err = login(t, &pgproto3.AuthenticationSASL{AuthMechanisms: []string{"OTHER"}})
	assert.ErrorContains(t, err, "OTHER")
	_, err = login(t, &pgproto3.AuthenticationSASLContinue{Data: []byte(challenge)})
	assert.Error(t, err)
	_, err = login(t, &pgproto3.ErrorResponse{Severity: "FATAL", Code: "53300", Message: "too many clients"})
	assert.ErrorContains(t, err, "too many clients")
	_, err = login(t, &pgproto3.AuthenticationOk{})
	assert.Error(t, err, "it ends too early")
}
