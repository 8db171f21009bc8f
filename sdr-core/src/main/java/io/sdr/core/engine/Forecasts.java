package io.sdr.core.engine;

import io.sdr.api.Denial;
import io.sdr.api.Finding;
import io.sdr.api.Forecast;
import io.sdr.api.ItemId;
import io.sdr.api.ItemRequest;
import io.sdr.api.ProtectionRequest;
import io.sdr.api.Request;
import io.sdr.api.SdrException;
import io.sdr.core.job.DryRun;
import io.sdr.core.job.JobEngine;
import io.sdr.core.job.JobRecord;
import io.sdr.core.job.Subject;
import io.sdr.core.job.Values;
import io.sdr.core.operation.ItemState;
import io.sdr.core.operation.RequestCodec;
import io.sdr.core.state.StateTable;
import io.sdr.core.state.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/** Dry runs: the same checks and steps as the real thing, without acting or storing. */
final class Forecasts {
    private static final ItemId UNNAMED = new ItemId("dry-run");

    private final JobEngine jobs;
    private final RequestChecks checks;
    private final ItemViews views;

    Forecasts(JobEngine jobs, RequestChecks checks, ItemViews views) {
        this.jobs = jobs;
        this.checks = checks;
        this.views = views;
    }

    Forecast of(Request request, Function<ItemId, Subject> subjects) {
        List<Finding> findings = new ArrayList<>();
        Subject subject;
        Values spec;
        String kind;
        if (request instanceof ProtectionRequest protection) {
            ItemState item = checks.newItem(protection.id().orElse(UNNAMED), protection);
            findings.addAll(checks.readiness(item, jobs.subjects()));
            collect(findings, "VM " + protection.vm(), () -> checks.notProtectedYet(item, jobs.subjects()));
            subject = new Subject(item.id().value(), 0, 1, item.document());
            spec = RequestCodec.protection();
            kind = RequestCodec.kind(request);
        } else {
            ItemRequest about = (ItemRequest) request;
            subject = subjects.apply(about.item());
            ItemState item = ItemState.read(subject.document());
            long epoch = subject.epoch();
            Optional<JobRecord> present = jobs.holder(subject.id());
            Verdict verdict = StateTable.TABLE.verdict(about.operation(), views.facts(item, epoch, present));
            if (verdict instanceof Verdict.Denied denied) {
                findings.add(blocker(denied.denial(), about.item()));
            }
            checks.unconfirmed(about, verdict, item).ifPresent(denial -> findings.add(blocker(denial, about.item())));
            collect(findings, "item " + item.id(), () -> checks.direction(about, item));
            collect(findings, "item " + item.id(), () -> checks.inPlace(about, item));
            collect(findings, "item " + item.id(), () -> checks.placement(about, item, epoch));
            collect(findings, "item " + item.id(), () -> checks.point(about, item, epoch));
            collect(findings, "item " + item.id(), () -> checks.drill(about, item, epoch));
            findings.addAll(checks.networks(about, item, epoch));
            kind = RequestCodec.kind(about, item);
            spec = checks.spec(about, item, epoch, present.map(each -> jobs.snapshot(each.id())));
        }
        DryRun run = jobs.dryRun(kind, spec, subject);
        findings.addAll(run.findings());
        return new Forecast(
                kind,
                run.steps(),
                findings.stream().distinct().toList(),
                number(run, "report", "expectedLossSeconds").stream()
                        .mapToObj(Duration::ofSeconds)
                        .findFirst(),
                number(run, "plan", "candidateBytes"));
    }

    private static Finding blocker(Denial denial, ItemId item) {
        return Finding.blocker(denial.code(), "item " + item, denial.reason(), "", denial.remedy());
    }

    private static void collect(List<Finding> findings, String subject, Runnable check) {
        try {
            check.run();
        } catch (SdrException e) {
            findings.add(Finding.blocker(
                    e.code(), subject, e.problem().state(), "", e.problem().remedy()));
        }
    }

    private static OptionalLong number(DryRun run, String step, String name) {
        return run.outcomes().getOrDefault(step, Values.NONE).find(name).stream()
                .mapToLong(Long::parseLong)
                .findFirst();
    }
}
