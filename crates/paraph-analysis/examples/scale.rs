use paraph_analysis::synthetic::{Recipe, case};
use paraph_analysis::*;
fn cpu() -> f64 {
    let s = std::fs::read_to_string("/proc/self/stat").unwrap();
    let f: Vec<&str> = s.rsplit(')').next().unwrap().split_whitespace().collect();
    (f[11].parse::<f64>().unwrap() + f[12].parse::<f64>().unwrap()) / 100.0
}
fn main() {
    let args: Vec<usize> = std::env::args().skip(1).map(|a| a.parse().unwrap()).collect();
    let recipe = Recipe::even(args[0], args.get(1).copied().unwrap_or(4), 1);
    let case = case(&recipe);
    let m = Monitor::new();
    let t = cpu();
    let model = Model::new(&case, &Options::default(), &m).unwrap();
    println!("model {:.2} distinct {:?}", cpu() - t, (0..case.parties.len()).map(|p| model.distinct_ranks(p)).collect::<Vec<_>>());
    for set in [vec![Concept::Nash], vec![Concept::Gmr], vec![Concept::Nash, Concept::Gmr, Concept::Smr], vec![Concept::Seq], vec![Concept::Nash, Concept::Gmr, Concept::Smr, Concept::Seq, Concept::SymmetricSeq]] {
        let t = cpu();
        let r = stability(&model, &set, &m).unwrap();
        println!("{:?} {:.2} {:?}", set, cpu() - t, r.iter().map(|r| model.count(&r.sets.as_ref().unwrap().equilibria)).collect::<Vec<_>>());
    }
    let t = cpu();
    let d = deals(&model, &Terms::default(), &m).unwrap();
    println!("deals {:.2} {} eff {} points {}", cpu() - t, d.deals.count(), d.efficient.count(), d.efficient_points);
}
