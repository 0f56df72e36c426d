package drds.parser;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ConditionalCommentsTest {
    @Test
    void liveOnesLeaveTheirContent() {
        assertThat(
                        unwrapped(
                                "/*!50001 CREATE ALGORITHM=UNDEFINED */\n/*!50013 DEFINER=a@b */\n/*!50001 VIEW v AS select 1 */"))
                .isEqualTo("  CREATE ALGORITHM=UNDEFINED  \n  DEFINER=a@b  \n  VIEW v AS select 1  ");
        assertThat(unwrapped("SELECT 1 /*! + 1 */")).isEqualTo("SELECT 1   + 1  ");
    }

    @Test
    void othersGo() {
        assertThat(unwrapped("SELECT 1 /*!80000 + 1 */ + 2")).isEqualTo("SELECT 1   + 2");
        assertThat(unwrapped("SELECT 1 /*!999999 a /* b */ c */")).isEqualTo("SELECT 1  ");
    }

    @Test
    void stringsAndPlainCommentsStay() {
        for (String sql : new String[] {
            "SELECT '/*!50001 x */', `/*!`, \"*/\"", "SELECT 1 /* x */ -- /*!50001 y */", "SELECT 'it''s \\' /*!'"
        }) {
            assertThat(unwrapped(sql)).isEqualTo(sql);
        }
    }

    private static String unwrapped(String sql) {
        return ConditionalComments.unwrap(sql, ParserModes.DEFAULT);
    }
}
