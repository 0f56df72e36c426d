package drds.rule;

import static org.assertj.core.api.Assertions.assertThat;

import drds.testing.MariaDb;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is computed here is what MariaDB's own WEIGHT_STRING and = say. */
class CollationsTest {
    private static MariaDb instance;
    private static Connection connection;

    @BeforeAll
    static void start() throws Exception {
        instance = MariaDb.start();
        connection = instance.connect();
    }

    @AfterAll
    static void stop() throws SQLException {
        connection.close();
        instance.close();
    }

    @Test
    void weightsAreTheServers() throws SQLException {
        for (String[] pair : new String[][] {
            {"utf8mb4", "utf8mb4_general_ci"},
            {"utf8mb4", "utf8mb4_general_nopad_ci"},
            {"utf8mb3", "utf8mb3_general_ci"},
            {"utf8mb4", "utf8mb4_unicode_ci"},
            {"utf8mb4", "utf8mb4_uca1400_ai_ci"},
            {"utf8mb4", "utf8mb4_uca1400_as_cs"},
            {"utf8mb4", "utf8mb4_czech_ci"},
            {"utf8mb4", "utf8mb4_hungarian_ci"},
            {"utf16", "utf16_general_ci"},
            {"ucs2", "ucs2_general_ci"},
            {"latin1", "latin1_swedish_ci"},
            {"latin1", "latin1_german2_ci"},
            {"latin1", "latin1_bin"},
            {"latin2", "latin2_czech_cs"},
            {"cp1251", "cp1251_general_ci"},
            {"ascii", "ascii_general_ci"},
            {"gbk", "gbk_chinese_ci"},
        }) {
            CollationWeights weights = new CollationLearner(CollationsTest::row).learn(pair[0], pair[1]);
            int computed = 0;
            for (String sample : samples()) {
                Optional<byte[]> weight = weights.weightString(sample);
                if (weight.isPresent()) {
                    computed++;
                    assertThat(HexFormat.of().formatHex(weight.get()))
                            .as("%s of %s", pair[1], sample)
                            .isEqualTo(HexFormat.of().formatHex(weight(sample, pair[0], pair[1])));
                }
            }
            System.out.println(pair[1] + ": " + computed + " of " + samples().size());
            if (pair[1].contains("general_ci") && pair[0].equals("utf8mb4")) {
                assertThat(computed).isEqualTo(samples().size());
            }
        }
    }

    @Test
    void equalTextsHaveEqualWeightsAndOthersNot() throws SQLException {
        List<String> words = List.of(
                "a", "A", "a ", "á", "b", "", " ", "ß", "s", "ss", "a\t", "a\0", "ab", "😀", "😁", "é", "e\u0301");
        for (String collation : List.of(
                "utf8mb4_general_ci",
                "utf8mb4_general_nopad_ci",
                "utf8mb4_bin",
                "utf8mb4_nopad_bin",
                "utf8mb4_unicode_ci",
                "utf8mb4_uca1400_ai_ci")) {
            KeyType type = KeyType.of("varchar(10)", "utf8mb4", collation);
            Collations collations = Collations.BINARY_ONLY;
            if (collations.lacks(type)) {
                collations = collations.with(new CollationLearner(CollationsTest::row).learn("utf8mb4", collation));
            }
            for (String left : words) {
                for (String right : words) {
                    Optional<Bytes> a = collations.weight(type, left);
                    Optional<Bytes> b = collations.weight(type, right);
                    if (a.isPresent() && b.isPresent()) {
                        boolean same =
                                row("SELECT " + constant(left) + " COLLATE " + collation + " = " + constant(right))
                                                .getFirst()[0]
                                        == '1';
                        assertThat(a.equals(b))
                                .as("%s: [%s] [%s]", collation, left, right)
                                .isEqualTo(same);
                    }
                }
            }
        }
    }

    @Test
    void whatCanNotBeDecodedIsUnknown() {
        KeyType type = KeyType.of("varchar(10)", "utf8mb4", "utf8mb4_bin");
        assertThat(Collations.BINARY_ONLY.weight(type, "a\ufffd")).isEmpty();
        assertThat(Collations.BINARY_ONLY.weight(type, "a\ud83d")).isEmpty();
        assertThat(Collations.BINARY_ONLY.weight(type, "\ude00a")).isEmpty();
        assertThat(Collations.BINARY_ONLY.weight(type, "😀")).isPresent();
        assertThat(Collations.BINARY_ONLY.weight(KeyType.of("varchar(10)", "utf8mb3", "utf8mb3_bin"), "😀"))
                .isEmpty();
    }

    private static List<String> samples() {
        List<String> samples =
                new ArrayList<>(List.of("", " ", "Ab ", "straße", "ЖЕНЯ женя", "日本語", "😀 x", "ch", "dzs", "\u0001a"));
        Random random = new Random(7);
        for (int i = 0; i < 60; i++) {
            StringBuilder text = new StringBuilder();
            for (int j = 0; j < 8; j++) {
                int c = random.nextInt(i < 20 ? 128 : i < 40 ? 0x500 : 0x11000);
                text.appendCodePoint(c >= 0xd800 && c < 0xe000 ? 'x' : c);
            }
            samples.add(text.toString());
        }
        return samples;
    }

    private static byte[] weight(String text, String characterSet, String collation) {
        byte[] weight = row("SELECT WEIGHT_STRING(CONVERT(" + constant(text) + " USING " + characterSet + ") COLLATE "
                        + collation + ")")
                .getFirst();
        return weight == null ? new byte[0] : weight;
    }

    private static String constant(String text) {
        return "_utf8mb4 x'" + HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8)) + "'";
    }

    private static List<byte[]> row(String sql) {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            List<byte[]> row = new ArrayList<>();
            for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                Object value = result.getObject(i);
                row.add(
                        value instanceof byte[] || value == null
                                ? (byte[]) value
                                : value.toString().getBytes(StandardCharsets.UTF_8));
            }
            return row;
        } catch (SQLException e) {
            throw new IllegalStateException(sql.substring(0, Math.min(200, sql.length())), e);
        }
    }
}
