
use paraph_drafts::*;
fn main(){
 let args: Vec<String> = std::env::args().collect();
 let d: Vec<Draft> = args[1..].iter().map(|p| read_bytes(std::path::Path::new(p).file_stem().unwrap().to_str().unwrap(), &std::fs::read(p).unwrap()).unwrap()).collect();
 for x in &d { println!("{} {:?}", x.name(), x.diagnostics().iter().map(|d| &d.message).collect::<Vec<_>>()); }
 let a = align(&d[0], &d[1], &[]).unwrap();
 for c in changes(&d[0],&d[1],&a,&[]) { let r=&a.relations[c.relation]; println!("{:?} {:?}", r.old_addresses, r.kind); for x in &c.changes { println!("     {}", x.sentence);} }
 for r in &a.relations { println!("{:?} {:?} {} {:.2} {}", r.old_addresses, r.new_addresses, r.headline(), r.score, r.reason); }
}
