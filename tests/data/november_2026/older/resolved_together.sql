BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('resolved_together');
CREATE TABLE guild_settings (
	guild BIGINT NOT NULL, 
	settings JSON NOT NULL, 
	CONSTRAINT pk_guild_settings PRIMARY KEY (guild)
);
INSERT INTO "guild_settings" VALUES(1300000000000000101,'{"prefix": "?", "channels": [1300000000000001100, 1300000000000001101], "auto_channels": [1300000000000001101, 1300000000000001102], "moderator_roles": [1300000000000005000, 1300000000000005001], "moderator_channel": 1300000000000001103, "language": "en", "log_questions": true, "digest": true}');
INSERT INTO "guild_settings" VALUES(1300000000000000202,'{"prefix": "\u00a1", "channels": [1300000000000002200], "auto_channels": [1300000000000002200, 1300000000000002201], "moderator_roles": [1300000000000005002], "moderator_channel": 1300000000000002202, "language": "es", "log_questions": false, "digest": true}');
INSERT INTO "guild_settings" VALUES(1300000000000000303,'{"prefix": "%", "channels": [1300000000000001100], "colour": "red"}');
CREATE TABLE opt_outs (
	member VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_opt_outs PRIMARY KEY (member)
);
INSERT INTO "opt_outs" VALUES('290232c85b9a69609dd849559438b7263c535c409a688fece037ec413d85a4c0');
CREATE TABLE questions (
	id VARCHAR(12) NOT NULL, 
	text TEXT, 
	outcome VARCHAR(20) NOT NULL, 
	entry TEXT, 
	score FLOAT NOT NULL, 
	surface VARCHAR(20) NOT NULL, 
	guild BIGINT, 
	at BIGINT NOT NULL, 
	picked TEXT, 
	resolution VARCHAR(20), resolved_with VARCHAR(12), 
	CONSTRAINT pk_questions PRIMARY KEY (id)
);
INSERT INTO "questions" VALUES('a00000000016',NULL,'answer','what-was-taken',0.75,'prefix',1300000000000000101,1786214096450612,NULL,NULL,NULL);
INSERT INTO "questions" VALUES('a00000000017',NULL,'none',NULL,0.015625,'slash',1300000000000000101,1781386496281412,NULL,NULL,NULL);
INSERT INTO "questions" VALUES('a00000000001','which canvas did the thieves grab?','answer','what-was-taken',0.9375,'prefix',1300000000000000101,1794662396746712,NULL,NULL,NULL);
INSERT INTO "questions" VALUES('a00000000002','who saw it','answer','who-saw-it',0.5,'slash',1300000000000000101,1794742856749532,NULL,NULL,NULL);
INSERT INTO "questions" VALUES('a00000000003','where''s that ladder at','not_covered','ladder',0.8125,'mention',1300000000000000101,1794823316752352,NULL,NULL,NULL);
INSERT INTO "questions" VALUES('a00000000004','ladders?','suggest','ladder',0.25,'reply',1300000000000000101,1794903776755172,'ladder',NULL,NULL);
INSERT INTO "questions" VALUES('a00000000005','what did they take','answer','what-was-taken',1.0,'auto',1300000000000000101,1794984236757992,NULL,NULL,NULL);
INSERT INTO "questions" VALUES('a00000000006','who owns the museum anyway','answer','museum-owner',0.6875,'menu',1300000000000000101,1795064696760812,NULL,NULL,NULL);
INSERT INTO "questions" VALUES('a00000000007','my grandma 👵🏽 asks
whether “the canvas” — the ‘big’ one — was ever insured; my grandma 👵🏽 asks
whether “the canvas” — the ‘big’ one — was ever insured; my grandma 👵🏽 asks
whether “the canvas” — the ‘big’ one — was ever insured; my grandma 👵🏽 asks
whether “the canvas” — the ‘big’ one — was ever insured; my grandma 👵🏽 asks
whether “the canvas” — the ‘big’ one — was ever insured; my grandma 👵🏽 asks
whether “the canvas” — the ‘big’ one — was ever insured; my grandma 👵🏽 asks
whether “the canvas” — the ‘big’ one — was ever insured; my grandma 👵🏽 asks
whether “the canvas” — the ‘big’ one — was ever insured; my grandma 👵🏽 asks
whether “the canvas” — the ‘big’ one — was ever insured; my grandma 👵🏽 asks
whether “the canvas” — the ‘big’ one — was ever insured; my grandma 👵🏽 asks
whether “the canvas” — the ‘big’ one — was ever insured; my grandma 👵🏽 asks
whether “the canvas” — the ‘big’ one — was ever insured; ','none',NULL,0.0,'direct',NULL,1795145156763632,NULL,NULL,NULL);
INSERT INTO "questions" VALUES('a00000000008','¿quién robó el cuadro?','suggest','what-was-taken',0.3125,'slash',1300000000000000202,1795225616766452,NULL,NULL,NULL);
INSERT INTO "questions" VALUES('a00000000009','was the painting insured','none',NULL,0.125,'prefix',1300000000000000101,1795306076769272,NULL,NULL,NULL);
INSERT INTO "questions" VALUES('a00000000010','was the paintin insured??','none',NULL,0.109375,'mention',1300000000000000101,1795386536772092,NULL,NULL,NULL);
INSERT INTO "questions" VALUES('a00000000011','best pizza in town','none',NULL,0.0625,'prefix',1300000000000000101,1795466996774912,NULL,'dismissed','a00000000011');
INSERT INTO "questions" VALUES('a00000000012','best pizza in this town','none',NULL,0.0625,'prefix',1300000000000000101,1795471019775053,NULL,'dismissed','a00000000011');
INSERT INTO "questions" VALUES('a00000000013','ladder gone','suggest','ladder',0.375,'prefix',1300000000000000101,1795547456777732,NULL,'phrasing','a00000000013');
INSERT INTO "questions" VALUES('a00000000014','who does the museum belong to','none',NULL,0.140625,'prefix',1300000000000000101,1795627916780552,NULL,'entry','a00000000014');
INSERT INTO "questions" VALUES('a00000000015','how heavy is the ladder','none',NULL,0.203125,'reply',1300000000000000101,1795708376783372,NULL,'not_covered','a00000000015');
INSERT INTO "questions" VALUES('a00000000018','Robert''); DROP TABLE questions;-- \n "x" 𝕏 é ß 你好 שלום ‏ %s {0} <@1>','none',NULL,3.33333333333333314829e-01,'prefix',1300000000000000101,1795861250788730,NULL,NULL,NULL);
INSERT INTO "questions" VALUES('a00000000019','did anyone see who did it','answer','who-saw-it',0.71875,'direct',NULL,1795865273788871,NULL,NULL,NULL);
CREATE TABLE reply_links (
	question BIGINT NOT NULL, 
	channel BIGINT NOT NULL, 
	replies JSON NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_reply_links PRIMARY KEY (question)
);
INSERT INTO "reply_links" VALUES(1300000000000007000,1300000000000001100,'[1300000000000008000, 1300000000000008001, 1300000000000008002]',1795797296789012);
INSERT INTO "reply_links" VALUES(1300000000000007001,1300000000000001102,'[1300000000000008003]',1795868696789012);
CREATE TABLE salts (
	purpose VARCHAR(20) NOT NULL, 
	secret VARCHAR(64) NOT NULL, 
	since BIGINT NOT NULL, 
	CONSTRAINT pk_salts PRIMARY KEY (purpose)
);
INSERT INTO "salts" VALUES('votes','2059d1f53cf9587400eb6c988088f63450bc5463ca0e46dd7af7cbbb860fbbc0',1794832496789012);
INSERT INTO "salts" VALUES('opt_outs','4f80883819d832db07eceb574cc82fc6f1f2909f5107dc01b259d2f7404cf599',1794832496789012);
CREATE TABLE votes (
	asked VARCHAR(12) NOT NULL, 
	entry TEXT NOT NULL, 
	member VARCHAR(64) NOT NULL, 
	helpful BOOLEAN NOT NULL, 
	CONSTRAINT pk_votes PRIMARY KEY (asked, entry, member)
);
INSERT INTO "votes" VALUES('a00000000016','what-was-taken','262deaf731844a84685d78adec51b54a3c2293d18f4f25255748e3e6f005cb49',1);
INSERT INTO "votes" VALUES('a00000000001','what-was-taken','262deaf731844a84685d78adec51b54a3c2293d18f4f25255748e3e6f005cb49',1);
INSERT INTO "votes" VALUES('a00000000001','what-was-taken','e6a7e29ad08df40806a1de0d0f197b2004dffb73278c2e76be24dd7a3c33571c',0);
INSERT INTO "votes" VALUES('a00000000002','who-saw-it','262deaf731844a84685d78adec51b54a3c2293d18f4f25255748e3e6f005cb49',1);
INSERT INTO "votes" VALUES('a00000000003','ladder','e6a7e29ad08df40806a1de0d0f197b2004dffb73278c2e76be24dd7a3c33571c',1);
INSERT INTO "votes" VALUES('a00000000006','museum-owner','e6a7e29ad08df40806a1de0d0f197b2004dffb73278c2e76be24dd7a3c33571c',0);
INSERT INTO "votes" VALUES('a00000000019','who-saw-it','bcb81907f81c61e909ad4245d2ed3eb7ed873fc5a08ecbfdc08981fe33c061a7',1);
CREATE INDEX ix_questions_at ON questions (at);
CREATE INDEX ix_votes_member ON votes (member);
CREATE INDEX ix_reply_links_at ON reply_links (at);
CREATE INDEX ix_questions_guild ON questions (guild, at);
CREATE INDEX ix_questions_text ON questions (at) WHERE text IS NOT NULL;
COMMIT;
