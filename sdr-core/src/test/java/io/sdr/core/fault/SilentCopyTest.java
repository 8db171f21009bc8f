package io.sdr.core.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.Answer;
import io.sdr.api.CancelFailoverRequest;
import io.sdr.api.Divergence;
import io.sdr.api.FailoverPlan;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.Job;
import io.sdr.api.JobStatus;
import io.sdr.api.Prompt;
import io.sdr.api.ProtectionState;
import io.sdr.api.ResolveRequest;
import io.sdr.api.Side;
import io.sdr.testkit.Fault;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies whose site does not answer when it matters whether they run. */
class SilentCopyTest {
    private static final Duration PATIENCE = Duration.ofHours(1);

    @TempDir
    Path folder;

    private FaultWorld world;

    @BeforeEach
    void failedOver() {
        world = FaultWorld.fresh(folder.resolve("engine"));
        FaultedOperation.CANCEL_FAILOVER_DROPPING.prepare(world, Side.PRIMARY);
    }

    @AfterEach
    void neverTwoRunning() {
        try {
            assertThat(world.violations()).isEmpty();
        } finally {
            world.close();
        }
    }

    private Job cancel(CancelFailoverRequest request) {
        return world.engine().cancelFailover(request);
    }

    private CancelFailoverRequest request() {
        return CancelFailoverRequest.droppingTargetWrites(world.id());
    }

    private void silence() {
        world.site(Side.RECOVERY).loseContact();
    }

    private void contact() {
        world.site(Side.RECOVERY).restoreContact();
    }

    private void isBack(Job job, boolean warned) {
        assertThat(job.awaitEnd(PATIENCE).status())
                .isEqualTo(warned ? JobStatus.SUCCEEDED_WITH_WARNINGS : JobStatus.SUCCEEDED);
        assertThat(world.active()).isEqualTo(Side.PRIMARY);
        assertThat(world.isRunning(Side.PRIMARY)).isTrue();
        assertThat(world.item().orElseThrow().state()).isEqualTo(ProtectionState.PROTECTED);
    }

    private Prompt asks(Job job) {
        Prompt prompt = job.awaitPrompt(PATIENCE).orElseThrow();
        assertThat(prompt).isInstanceOf(Prompt.Confirmation.class);
        assertThat(job.status()).isEqualTo(JobStatus.WAITING_FOR_INPUT);
        assertThat(world.isRunning(Side.PRIMARY)).isFalse();
        return prompt;
    }

    @Test
    void asksAndGoesOnByItselfWithContact() {
        silence();
        Job job = cancel(request());
        assertThat(asks(job).step()).isEqualTo("stop-copy");
        world.time.runFor(Duration.ofDays(2));
        assertThat(world.isRunning(Side.PRIMARY)).isFalse();
        contact();
        isBack(job, false);
        assertThat(world.isRunning(Side.RECOVERY)).isFalse();
    }

    @Test
    void askedOnlyOnceHoweverLongItLooks() {
        silence();
        Job job = cancel(request());
        asks(job);
        world.time.runFor(Duration.ofHours(5));
        assertThat(job.prompts()).hasSize(1);
        assertThat(job.status()).isEqualTo(JobStatus.WAITING_FOR_INPUT);
        contact();
        isBack(job, false);
    }

    @Test
    void goesOnWithTheWordThatTheCopyIsDown() {
        world.site(Side.RECOVERY).turnOffBehindTheBack(world.vm(Side.RECOVERY));
        silence();
        Job job = cancel(request());
        asks(job);
        job.answer(Answer.confirmDown("anna", "pulled the plug"));
        isBack(job, true);
        assertThat(world.item().orElseThrow().pendingNotes()).hasSize(2);
        assertThat(warnings(job)).contains("anna gave the word that it is down");
    }

    @Test
    void goesOnWithTheWordThatTwoMayRun_stoppedAtFirstContact() {
        silence();
        Job job = cancel(request());
        asks(job);
        world.acceptTwoRunning(true);
        job.answer(Answer.acceptTwoRunning("anna", "the shop must open"));
        isBack(job, true);
        assertThat(world.isRunning(Side.RECOVERY)).isTrue();
        assertThat(warnings(job)).contains("not confirmed off", "the shop must open");
        contact();
        world.engine().runDue();
        assertThat(world.isRunning(Side.RECOVERY)).isFalse();
        assertThat(world.item().orElseThrow().divergence()).isEqualTo(Divergence.SPLIT_BRAIN);
        assertThat(world.item().orElseThrow().pendingNotes())
                .as("nothing is given up yet")
                .hasSize(1);
        FaultedOperation.done(world.engine().resolve(ResolveRequest.keepingActiveSide(Side.PRIMARY, world.id())));
        world.engine().runDue();
        assertThat(world.item().orElseThrow().pendingNotes()).isEmpty();
    }

    @Test
    void lookAgainAsksAgainWhileItIsSilent() {
        silence();
        Job job = cancel(request());
        asks(job);
        job.answer(Answer.lookAgain("anna"));
        asks(job);
        assertThatThrownBy(() -> job.answer(new Answer(Answer.Kind.COMPLETE, "anna", "")))
                .isInstanceOf(InvalidRequestException.class);
        contact();
        isBack(job, false);
    }

    @Test
    void wordsInTheRequestNeverWait() {
        silence();
        world.acceptTwoRunning(true);
        Job job = cancel(request().acceptTwoRunning("unattended").by("nightly"));
        isBack(job, true);
        assertThat(warnings(job)).contains("two running copies were accepted: unattended");
    }

    @Test
    void confirmationInTheRequestNeverWaits_andIsNotBelievedAgainstWhatIsSeen() {
        silence();
        world.site(Side.RECOVERY).turnOffBehindTheBack(world.vm(Side.RECOVERY));
        Job job = cancel(request().copyConfirmedDown("anna", "by phone"));
        isBack(job, true);
        assertThat(warnings(job)).contains("anna gave the word");
    }

    @Test
    void aWordDoesNotKeepAnAnsweringCopyRunning() {
        Job job = cancel(request().acceptTwoRunning("unattended").copyConfirmedDown("anna", "by phone"));
        isBack(job, false);
        assertThat(world.isRunning(Side.RECOVERY)).isFalse();
    }

    @Test
    void contactLostJustBeforeTheDecision_asksThere() {
        world.site(Side.RECOVERY).faults().at("contact", 3, new Fault.LosesContact());
        Job job = cancel(request());
        asks(job);
        assertThat(world.active()).isEqualTo(Side.RECOVERY);
        contact();
        isBack(job, false);
    }

    @Test
    void sourceOfAnUnplannedFailoverThatAnswersAgain_isStoppedBeforeTheCopyStarts() {
        world.engine().cancelFailover(request()).awaitEnd(PATIENCE);
        // silent for the looks before the decision, back right after it
        world.list();
        world.site(Side.PRIMARY).faults().from("contact", 1, new Fault.LosesContactFor(Duration.ZERO));
        world.site(Side.RECOVERY).faults().watch(call -> {
            if (call.name().equals("catalogue.createIfAbsent")) {
                world.site(Side.PRIMARY).faults().clear();
            }
            world.watched(Side.RECOVERY, call);
        });
        Job job = world.engine().failOver(FailoverPlan.unplanned(world.id(), Side.RECOVERY));
        assertThat(job.awaitEnd(PATIENCE).status()).isEqualTo(JobStatus.SUCCEEDED_WITH_WARNINGS);
        assertThat(world.isRunning(Side.RECOVERY)).isTrue();
        assertThat(world.isRunning(Side.PRIMARY)).isFalse();
    }

    private static String warnings(Job job) {
        return String.join("\n", job.awaitEnd(PATIENCE).warnings());
    }
}
