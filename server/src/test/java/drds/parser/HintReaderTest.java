package drds.parser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drds.error.SqlError;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HintReaderTest {
    private static List<HintCommand> read(String text) {
        return HintReader.read(text);
    }

    @Test
    void nodesAreNumbersNamesAndLists() {
        assertThat(read("node(0)")).containsExactly(new HintCommand.Node(List.of("0")));
        assertThat(read("NODE('g0', \"g1\")")).containsExactly(new HintCommand.Node(List.of("g0", "g1")));
        assertThat(read("node('0,1')")).containsExactly(new HintCommand.Node(List.of("0", "1")));
    }

    @Test
    void scansHaveTablesConditionsAndPhysicalNames() {
        assertThat(read("scan()")).containsExactly(new HintCommand.Scan(List.of(), null, List.of(), List.of()));
        assertThat(read("scan(node='0,1')"))
                .containsExactly(new HintCommand.Scan(List.of(), null, List.of(), List.of("0", "1")));
        assertThat(read("scan('t', condition='t.c = \"it''s\" AND t.id = 2', node=1)"))
                .containsExactly(
                        new HintCommand.Scan(List.of("t"), "t.c = \"it's\" AND t.id = 2", List.of(), List.of("1")));
        assertThat(read("scan(table='t, u', real_table=('t_01,u_01', 't_02,u_02'))"))
                .containsExactly(
                        new HintCommand.Scan(List.of("t", "u"), null, List.of("t_01,u_01", "t_02,u_02"), List.of()));
    }

    @Test
    void commandsStandBesideEachOther() {
        assertThat(read(" node(0)  slave() socket_timeout(500)\nindex(t, g) a_setting = 'on' cmd_extra(x=1)"))
                .containsExactly(
                        new HintCommand.Node(List.of("0")),
                        new HintCommand.Slave(),
                        new HintCommand.SocketTimeout(500),
                        new HintCommand.Index("t", "g"),
                        new HintCommand.Setting("a_setting = 'on'"),
                        new HintCommand.Setting("cmd_extra(x=1)"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "node",
                "node()",
                "node(0",
                "node(0,)",
                "node('a)",
                "nodes(0)",
                "scan(condition='a = 1')",
                "scan('t', condition='a', real_table='t')",
                "scan(what=1)",
                "master(1)",
                "socket_timeout()",
                "socket_timeout(soon)",
                "index(t)",
                "node(0) )",
                "{'type':'direct'}"
            })
    void whatIsNoHintIsAnError(String text) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(SqlError.class).hasMessageContaining("TDDL-4509");
    }

    @Test
    void theLexerFindsThemInAllTheirForms() {
        SqlParser parser = new SqlParser(ParserModes.of(""));
        for (String form : List.of("/*+TDDL:scan()*/", "/!+TDDL:scan()*/", "/*TDDL:scan()*/", "/!tddl:scan()*/")) {
            for (String sql : List.of(form + " SELECT 1", "SELECT " + form + " 1")) {
                ParsedStatement parsed = parser.parse(sql);
                assertThat(parsed.statement()).as(sql).isInstanceOf(Query.class);
                assertThat(parsed.hints()).as(sql).hasSize(1);
                assertThat(parsed.hints().getFirst().kind()).isEqualTo(Hint.Kind.DRDS);
                assertThat(parsed.hints().getFirst().text()).isEqualTo("scan()");
            }
        }
    }
}
