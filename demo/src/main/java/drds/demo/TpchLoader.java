package drds.demo;

import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Loads the TPC-H database into a server that runs already: a process of its own, gone when the data is there. */
@Command(name = "tpch", mixinStandardHelpOptions = true, description = "Loads TPC-H into a running server.")
public final class TpchLoader implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--port", required = true, description = "the server's port on 127.0.0.1")
    private int port;

    @Option(names = "--database", defaultValue = "tpch", description = "its name (default: ${DEFAULT-VALUE})")
    private String database;

    @Option(names = "--scale", defaultValue = "0.01", description = "TPC-H's scale factor (default: ${DEFAULT-VALUE})")
    private double scale;

    @Option(names = "--plain", description = "for a server that is not DRDS: tables without its clauses")
    private boolean plain;

    static void main(String[] args) {
        System.exit(Commands.run(new TpchLoader(), args));
    }

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        String url = "jdbc:mariadb://127.0.0.1:" + port + "/?user=root";
        try {
            new Tpch(url, database, scale, !plain).load(line -> {
                out.println("  " + line);
                out.flush();
            });
        } catch (SQLException e) {
            throw new StartFailure("loading " + database + " through port " + port + ": " + e.getMessage(), e);
        }
        return 0;
    }
}
