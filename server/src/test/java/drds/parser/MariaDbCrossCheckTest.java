package drds.parser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Asks a real MariaDB about the corpus: what it takes by PREPARE is not refused here. Runs with {@code
 * -Ddrds.parser.mariadb=PORT} of a server on 127.0.0.1 where root needs no password; needs the mariadb command.
 */
@EnabledIfSystemProperty(named = "drds.parser.mariadb", matches = "\\d+")
class MariaDbCrossCheckTest {
    @Test
    void mariaDbTakesWhatTheCorpusSaysItTakes() throws IOException, InterruptedException {
        assertThat(syntaxErrors(Corpus.lines("accepted.sql"))).isEmpty();
    }

    @Test
    void mariaDbRefusesWhatTheCorpusSaysItRefuses() throws IOException, InterruptedException {
        List<String> lines = Corpus.lines("refused.sql");
        List<String> statements = new ArrayList<>();
        for (int i = 0; i < lines.size(); i += 2) statements.add(lines.get(i));
        statements.removeAll(syntaxErrors(statements));
        assertThat(statements).isEmpty();
    }

    /** Those of the statements that are a syntax error to MariaDB. */
    private static List<String> syntaxErrors(List<String> statements) throws IOException, InterruptedException {
        StringBuilder script = new StringBuilder("CREATE DATABASE IF NOT EXISTS test; USE test;\n");
        for (int i = 0; i < statements.size(); i++) {
            String text = SqlText.string(statements.get(i), ParserModes.DEFAULT);
            script.append("SELECT '=")
                    .append(i)
                    .append("';\nPREPARE s FROM ")
                    .append(text)
                    .append(";\n");
        }
        Process process = new ProcessBuilder(
                        "mariadb",
                        "-h127.0.0.1",
                        "-P" + System.getProperty("drds.parser.mariadb"),
                        "-uroot",
                        "-N",
                        "-f",
                        "--unbuffered",
                        "--default-character-set=utf8mb4")
                .redirectErrorStream(true)
                .start();
        Thread.startVirtualThread(() -> {
            try (var in = process.getOutputStream()) {
                in.write(script.toString().getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                process.destroy();
            }
        });
        List<String> errors = new ArrayList<>();
        int current = -1;
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        for (String line : output.lines().toList()) {
            if (line.startsWith("=")) current = Integer.parseInt(line.substring(1));
            else if (line.startsWith("ERROR 1064")) errors.add(statements.get(current));
        }
        assertThat(process.waitFor()).isNotEqualTo(127);
        assertThat(current).isEqualTo(statements.size() - 1);
        return errors;
    }
}
