package drds.atom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drds.catalog.GroupDefinition.Instance;
import drds.error.SqlError;
import drds.mysql.TextRow;
import drds.testing.MariaDb;
import drds.wire.Loops;
import io.netty.buffer.ByteBuf;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class AtomTest {
    private static final AtomLimits TWO = new AtomLimits(
            2, Duration.ofMillis(300), Duration.ofSeconds(5), 1, Duration.ofMinutes(1), Duration.ofMillis(700), 3);
    private static MariaDb mariaDb;
    private static Loops loops;

    @BeforeAll
    static void start() throws Exception {
        mariaDb = MariaDb.start();
        loops = Loops.open(1);
        run(() -> {
            Backend backend = atom(AtomLimits.DEFAULT).take(loops.loop(0));
            backend.run("CREATE DATABASE a");
            backend.run("CREATE USER secret IDENTIFIED BY 'pässwörd'");
            backend.release();
            return true;
        });
    }

    @AfterAll
    static void stop() throws Exception {
        loops.close();
        mariaDb.close();
    }

    private static Atom atom(AtomLimits limits) {
        return new Atom(new Instance("127.0.0.1", mariaDb.port(), "root", ""), loops, limits);
    }

    private static <T> T run(Supplier<T> task) throws Exception {
        CompletableFuture<T> done = new CompletableFuture<>();
        loops.loop(0).start(() -> {
            try {
                done.complete(task.get());
            } catch (Throwable e) {
                done.completeExceptionally(e);
            }
        });
        return done.get(60, TimeUnit.SECONDS);
    }

    /** Waits until a connection's statement sleeps. */
    private static void awaitSleep(Atom atom, long threadId) {
        Backend watcher = atom.take(loops.loop(0));
        String state = "SELECT STATE FROM information_schema.PROCESSLIST WHERE ID = " + threadId;
        while (!one(watcher, state).contains("User sleep")) {
            Thread.onSpinWait();
        }
        watcher.release();
    }

    private static String one(Backend backend, String sql) {
        return rest(backend.query(sql));
    }

    private static String rest(ResultSet rows) {
        List<String> values = new ArrayList<>();
        TextRow view = new TextRow();
        for (ByteBuf row; (row = rows.next()) != null; ) {
            values.add(String.valueOf(view.reset(row, rows.columns().size()).string(0)));
            row.release();
        }
        return String.join(",", values);
    }

    @Test
    void aConnectionTakesTheWantedStateAndTheNextOne() throws Exception {
        Atom atom = atom(TWO);
        run(() -> {
            Backend backend = atom.take(loops.loop(0));
            SessionState first = SessionState.INITIAL
                    .withDatabase("a")
                    .withVariable("sql_mode", "'ANSI_QUOTES'")
                    .withVariable("character_set_client", "'latin1'")
                    .withUserVariable("x", "'one'");
            backend.use(first);
            assertThat(one(backend, "SELECT CONCAT_WS('|', DATABASE(), @@sql_mode, @x, @@character_set_client)"))
                    .isEqualTo("a|ANSI_QUOTES|one|latin1");
            backend.use(SessionState.INITIAL.withDatabase("mysql").withUserVariable("y", "2"));
            assertThat(one(backend, "SELECT CONCAT_WS('|', DATABASE(), @x IS NULL, @y, @@character_set_client)"))
                    .isEqualTo("mysql|1|2|utf8mb4");
            backend.release();
            return true;
        });
        atom.close();
    }

    @Test
    void aRefusedStateStopsTheStatement() throws Exception {
        Atom atom = atom(TWO);
        run(() -> {
            Backend backend = atom.take(loops.loop(0));
            assertThatThrownBy(() -> backend.use(SessionState.INITIAL.withVariable("sql_mode", "'NO_SUCH_MODE'")))
                    .isInstanceOf(SqlError.class);
            assertThat(one(backend, "SELECT 1")).isEqualTo("1");
            backend.release();
            return true;
        });
        atom.close();
    }

    @Test
    void answersToPipelinedStatementsComeInTheirOrder() throws Exception {
        Atom atom = atom(TWO);
        run(() -> {
            Backend backend = atom.take(loops.loop(0));
            backend.sendQuery("SELECT seq FROM a.seq_1_to_1000");
            backend.sendQuery("SELEKT");
            backend.sendQuery("SELECT '" + "z".repeat(100) + "'");
            assertThat(backend.readResponse())
                    .isInstanceOfSatisfying(
                            Response.Rows.class,
                            rows -> assertThat(rest(rows.rows())).endsWith(",1000"));
            assertThat(backend.readResponse())
                    .isInstanceOfSatisfying(
                            Response.Err.class,
                            err -> assertThat(err.error().number()).isEqualTo(1064));
            assertThat(backend.readResponse()).isInstanceOf(Response.Rows.class);
            backend.discard();
            return true;
        });
        atom.close();
    }

    @Test
    void preparedStatementsAreKeptUpToTheLimit() throws Exception {
        Atom atom = atom(TWO);
        run(() -> {
            Backend backend = atom.take(loops.loop(0));
            Prepared first = backend.prepare("SELECT ? + 0");
            assertThat(backend.prepare("SELECT ? + 0")).isSameAs(first);
            for (int i = 1; i <= 3; i++) {
                backend.prepare("SELECT ? + " + i);
            }
            assertThat(backend.prepare("SELECT ? + 0").id()).isNotEqualTo(first.id());
            assertThat(one(
                            backend,
                            "SELECT VARIABLE_VALUE FROM information_schema.SESSION_STATUS"
                                    + " WHERE VARIABLE_NAME = 'Com_stmt_close'"))
                    .isEqualTo("2");
            backend.release();
            return true;
        });
        atom.close();
    }

    @Test
    void theLimitIsKeptAndWaitingEnds() throws Exception {
        Atom atom = atom(TWO);
        run(() -> {
            Backend first = atom.take(loops.loop(0));
            Backend second = atom.take(loops.loop(0));
            assertThatThrownBy(() -> atom.take(loops.loop(0)))
                    .isInstanceOf(SqlError.class)
                    .hasMessageContaining("No free connection");
            CompletableFuture<Long> waiting = new CompletableFuture<>();
            loops.loop(0).start(() -> {
                Backend next = atom.take(loops.loop(0));
                waiting.complete(next.threadId());
                next.release();
            });
            Thread.yield();
            first.release();
            assertThat(waiting.join()).isEqualTo(first.threadId());
            second.release();
            assertThat(atom.openConnections()).isEqualTo(2);
            return true;
        });
        atom.close();
    }

    @Test
    void anIdleConnectionThatTheInstanceClosedIsNotUsed() throws Exception {
        Atom atom = atom(TWO);
        run(() -> {
            Backend victim = atom.take(loops.loop(0));
            Backend killer = atom.take(loops.loop(0));
            long id = victim.threadId();
            victim.release();
            killer.run("KILL " + id);
            assertThatThrownBy(() -> {
                        for (; ; ) {
                            one(killer, "SELECT 1");
                            if (atom.openConnections() == 1) {
                                throw new SqlError(0, "00000", "noticed");
                            }
                        }
                    })
                    .hasMessage("noticed");
            Backend fresh = atom.take(loops.loop(0));
            assertThat(fresh.threadId()).isNotEqualTo(id);
            fresh.release();
            killer.release();
            return true;
        });
        atom.close();
    }

    @Test
    void aStatementThatIsCutOffIsAnErrorAndItsConnectionIsDropped() throws Exception {
        Atom atom = atom(TWO);
        run(() -> {
            Backend victim = atom.take(loops.loop(0));
            Backend killer = atom.take(loops.loop(0));
            victim.sendQuery("SELECT SLEEP(30)");
            victim.flush();
            killer.run("KILL " + victim.threadId());
            assertThatThrownBy(victim::readResponse).isInstanceOf(SqlError.class);
            victim.release();
            killer.release();
            assertThat(atom.openConnections()).isEqualTo(1);
            return true;
        });
        atom.close();
    }

    @Test
    void anInstanceThatKeepsSilentForTooLongIsAnErrorAndItsConnectionIsDropped() throws Exception {
        Atom atom = atom(TWO);
        run(() -> {
            Backend backend = atom.take(loops.loop(0));
            backend.limitSilence(true);
            assertThatThrownBy(() -> backend.run("SELECT SLEEP(30)"))
                    .isInstanceOf(SqlError.class)
                    .hasMessageContaining("no answer within 700 ms");
            backend.release();
            assertThat(atom.openConnections()).isZero();
            return true;
        });
        atom.close();
    }

    @Test
    void soManyIdleConnectionsStayOpen() throws Exception {
        AtomLimits limits =
                new AtomLimits(2, Duration.ofSeconds(1), Duration.ofSeconds(5), 1, Duration.ZERO, Duration.ZERO, 3);
        Atom atom = atom(limits);
        run(() -> {
            Backend one = atom.take(loops.loop(0));
            Backend other = atom.take(loops.loop(0));
            one.release();
            other.release();
            atom.closeIdle();
            assertThat(atom.openConnections()).isEqualTo(1);
            return true;
        });
        atom.close();
    }

    @Test
    void stoppingAUseThatIsOverDoesNotMeetTheNextUser() throws Exception {
        Atom atom = atom(TWO);
        run(() -> {
            Backend first = atom.take(loops.loop(0));
            long use = first.use();
            first.release();
            Backend next = atom.take(loops.loop(0));
            assertThat(next).isSameAs(first);
            next.sendQuery("SELECT SLEEP(0.2)");
            next.flush();
            next.stop(use);
            assertThat(rest(((Response.Rows) next.readResponse()).rows())).isEqualTo("0");
            next.release();
            return true;
        });
        atom.close();
    }

    @Test
    void whatADroppedConnectionHasRunningAndWaitingEndsOnTheInstance() throws Exception {
        Atom atom = atom(TWO);
        run(() -> {
            Backend backend = atom.take(loops.loop(0));
            Backend watcher = atom.take(loops.loop(0));
            long id = backend.threadId();
            backend.sendQuery("SELECT SLEEP(1000)");
            backend.sendQuery("SELECT SLEEP(1001)");
            backend.flush();
            String there = "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE ID = " + id;
            while (!one(watcher, there + " AND STATE = 'User sleep'").equals("1")) {
                Thread.onSpinWait();
            }
            backend.release();
            long giveUp = System.nanoTime() + Duration.ofSeconds(10).toNanos();
            while (!one(watcher, there).equals("0")) {
                assertThat(System.nanoTime()).isLessThan(giveUp);
            }
            watcher.release();
            return true;
        });
        atom.close();
    }

    @Test
    void aConnectionWhoseUserWasStoppedIsNotUsedAgain() throws Exception {
        Atom atom = atom(TWO);
        run(() -> {
            Backend backend = atom.take(loops.loop(0));
            backend.sendQuery("SELECT SLEEP(30)");
            backend.flush();
            awaitSleep(atom, backend.threadId()); // a KILL that comes before the statement does meets nothing
            backend.stop(backend.use());
            assertThatThrownBy(() -> rest(((Response.Rows) backend.readResponse()).rows()))
                    .isInstanceOf(SqlError.class)
                    .hasMessageContaining("interrupted");
            backend.release();
            assertThat(backend.isOpen()).isFalse();
            return true;
        });
        atom.close();
    }

    @Test
    void aTransactionThatIsLeftOpenDoesNotReachThePool() throws Exception {
        Atom atom = atom(TWO);
        run(() -> {
            Backend backend = atom.take(loops.loop(0));
            backend.run("BEGIN");
            backend.release();
            assertThat(atom.openConnections()).isZero();
            return true;
        });
        atom.close();
    }

    @Test
    void loginsWithAPassword() throws Exception {
        Atom right = new Atom(new Instance("127.0.0.1", mariaDb.port(), "secret", "pässwörd"), loops, TWO);
        Atom wrong = new Atom(new Instance("127.0.0.1", mariaDb.port(), "secret", "wrong"), loops, TWO);
        run(() -> {
            right.take(loops.loop(0)).release();
            assertThatThrownBy(() -> wrong.take(loops.loop(0))).hasMessageContaining("refuses the login");
            return true;
        });
        right.close();
        wrong.close();
    }

    @Test
    void anInstanceThatIsAwayIsAnErrorAtOnce() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        Atom atom = new Atom(new Instance("127.0.0.1", port, "root", ""), loops, TWO);
        run(() -> {
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> atom.take(loops.loop(0)))
                        .isInstanceOf(SqlError.class)
                        .hasMessageContaining("127.0.0.1:" + port);
            }
            assertThat(atom.isAvailable()).isFalse();
            return true;
        });
        atom.close();
    }
}
