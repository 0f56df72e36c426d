package drds.acceptance;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One client's connections to the three servers of a {@link SuiteRun}; they get the same statements. */
final class SuiteSession implements AutoCloseable {
    /**
     * The ports of DRDS, of the MariaDB whose answers are right, and of one whose tables are partitioned so that rows
     * come in another order: where the two MariaDBs don't agree, a statement has no single right answer.
     */
    record Ports(int drds, int reference, int shuffled) {}

    /** What the three said to one statement, and what SHOW WARNINGS listed where the statement left warnings. */
    record Answers(
            Answer reference, Answer shuffled, Answer drds, Optional<Answer> warnings, Optional<Answer> drdsWarnings) {}

    /** A moment for NOW(), so that the servers agree about it. */
    private static final String FIXED_TIME = "SET timestamp = 1735733100";

    private final Ports ports;
    private final List<Client> clients = new ArrayList<>();

    SuiteSession(Ports ports, String database) throws IOException {
        this.ports = ports;
        connect(database);
    }

    private void connect(String database) throws IOException {
        for (int port : new int[] {ports.reference, ports.shuffled, ports.drds}) {
            var client = new Client(port, "root", "", 0);
            client.query("USE " + database);
            client.query(FIXED_TIME);
            clients.add(client);
        }
    }

    /** Sends the statements; when one server is lost, all three are connected anew. */
    Answers ask(String reference, String shuffled, String drds) throws IOException {
        Answer wanted = clients.get(0).query(reference);
        Answer other = clients.get(1).query(shuffled);
        Answer given = clients.get(2).query(drds);
        if (wanted instanceof Answer.Lost || other instanceof Answer.Lost || given instanceof Answer.Lost) {
            close();
            clients.clear();
            connect("test");
            return new Answers(wanted, other, given, Optional.empty(), Optional.empty());
        }
        boolean warned = wanted.announcedWarnings() > 0 && wanted.announcedWarnings() == given.announcedWarnings();
        return new Answers(
                wanted,
                other,
                given,
                warned ? Optional.of(clients.get(0).query("SHOW WARNINGS")) : Optional.empty(),
                warned ? Optional.of(clients.get(2).query("SHOW WARNINGS")) : Optional.empty());
    }

    /** Asks DRDS alone, or the shuffled MariaDB alone, once more: where a clause of placing was refused. */
    Answer again(boolean drds, String sql) {
        return clients.get(drds ? 2 : 1).query(sql);
    }

    /** Asks the reference alone. */
    Answer reference(String sql) {
        return clients.getFirst().query(sql);
    }

    @Override
    public void close() {
        clients.forEach(Client::close);
    }
}
